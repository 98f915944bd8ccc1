"""The one form field by which files come in: how large, of what kind, and clean."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from dangol.kit.file_types import LOOKED_AT, OFFICE, UNKNOWN, content_type_of
from dangol.kit.malware import UnableToTrustFile, refuse_malware

MEGABYTE = 1024**2
LARGEST = 1024**3
"""More is taken nowhere."""
TEXT = frozenset(("text/plain", UNKNOWN))
"""Korean text in CP949, and UTF-16, have no mark by which they could be known."""
ZIPPED = frozenset(("application/zip", *OFFICE.values()))
OLD_OFFICE = frozenset(("application/x-ole-storage",))
KINDS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys((".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson"), TEXT),
    **dict.fromkeys((".xlsx", ".xlsb", ".ods", ".docx", ".pptx", ".zip", ".hwpx"), ZIPPED),
    **dict.fromkeys((".xls", ".doc", ".ppt", ".hwp"), OLD_OFFICE),
    **dict.fromkeys((".jpg", ".jpeg"), frozenset(("image/jpeg",))),
    ".pdf": frozenset(("application/pdf",)),
    ".png": frozenset(("image/png",)),
    ".gif": frozenset(("image/gif",)),
    ".webp": frozenset(("image/webp",)),
}
"""What the bytes of a file may be, by the end of its name."""


class Upload(forms.FileField):
    """
    A file that is small enough, whose bytes are what its name says, and in which the scanner finds nothing.

    :param most_bytes: how large it may be
    """

    def __init__(self, *, most_bytes: int = LARGEST, **options: Any) -> None:
        super().__init__(**options)
        self.most_bytes = most_bytes

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if isinstance(file, UploadedFile):
            self._refuse_size(file.size or 0)
            _refuse_kind(file)
            _refuse_malware(file)
        return file

    def _refuse_size(self, size: int) -> None:
        if size > self.most_bytes:
            most = self.most_bytes // MEGABYTE
            raise ValidationError(_("Choose a file that has at most %(most)s MB.") % {"most": most})


def _refuse_kind(file: "UploadedFile[bytes]") -> None:
    allowed = KINDS.get(PurePath(file.name or "").suffix.lower())
    if allowed and _kind_of(file) not in allowed:
        raise ValidationError(_("The file is not what its name says. Save it anew in the right format."))


def _refuse_malware(file: "UploadedFile[bytes]") -> None:
    try:
        refuse_malware(file.chunks())
    except UnableToTrustFile as refusal:
        raise ValidationError(str(refusal)) from refusal
    file.seek(0)


def _kind_of(file: "UploadedFile[bytes]") -> str:
    """Tell by the beginning, and by the end, where an archive lists what is in it."""
    beginning = file.read(LOOKED_AT)
    file.seek(max((file.size or 0) - LOOKED_AT, 0))
    kind = content_type_of(beginning + file.read(LOOKED_AT))
    file.seek(0)
    return kind
