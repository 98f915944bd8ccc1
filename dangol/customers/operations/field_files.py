"""Files in fields: kept in the database in pieces, so that one back-up and one wall are enough."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Any

from django.utils.translation import gettext as _

from dangol.customers.models import Company, CustomRecord, FieldDefinition, FieldFile, FilePiece, Person
from dangol.customers.operations.field_values import with_values
from dangol.kit.errors import OperationError
from dangol.kit.file_types import content_type_of
from dangol.workspaces.enums import Limited
from dangol.workspaces.models import Member
from dangol.workspaces.operations import refuse_beyond

MEGABYTE = 1024 * 1024
LARGEST = 10 * MEGABYTE
PIECE = 256 * 1024
NAME_LENGTH = 255


class UnableToKeepFile(OperationError):
    """The file is empty or too large, or the workspace has no room for it."""


@dataclass(frozen=True)
class NewFile:
    """A file on its way into a field."""

    name: str
    content: bytes


def keep_files(
    *,
    owner: Person | Company | CustomRecord,
    values: Mapping[str, Any],
    definitions: Iterable[FieldDefinition],
    member: Member,
    now: datetime,
) -> dict[str, Any]:
    """
    Keep every `NewFile` among the values; return the values with what the fields hold of them.

    :raises UnableToKeepFile: for an empty file and for more than 10 MB
    """
    fields = {field.key: field for field in definitions}
    return {
        key: keep_file(definition=fields[key], owner=owner, file=value, member=member, now=now)
        if isinstance(value, NewFile)
        else value
        for key, value in values.items()
    }


def put_values(
    row: Person | Company | CustomRecord,
    *,
    values: Mapping[str, Any],
    definitions: Iterable[FieldDefinition],
    member: Member,
    now: datetime,
) -> list[str]:
    """
    Put values into the fields of a row that the caller saves; return the keys of those that changed.

    :param values: by key; None empties a field, a key that is absent stays
    :raises UnableToKeepFile: for an empty file and for more than 10 MB
    """
    kept = keep_files(owner=row, values=values, definitions=definitions, member=member, now=now)
    changed = sorted(key for key, value in kept.items() if row.fields.get(key) != value)
    row.fields = with_values(row.fields, kept)
    return changed


def keep_file(
    *,
    definition: FieldDefinition,
    owner: Person | Company | CustomRecord,
    file: NewFile,
    member: Member,
    now: datetime,
) -> dict[str, Any]:
    """
    Keep a file for a row and return the field's value: `{"file": id, "name": …, "size": bytes}`.

    What kind of file it is, its bytes say. The caller writes the value into `fields` in the same transaction.

    :raises UnableToKeepFile: for an empty file and for more than 10 MB
    """
    content = file.content
    if not content or len(content) > LARGEST:
        raise UnableToKeepFile(_("Choose a file that is not empty and has at most 10 MB."))
    megabytes = -(-len(content) // MEGABYTE)
    refuse_beyond(
        workspace_id=owner.workspace_id, what=Limited.STORAGE, more=megabytes, now=now, refusal=UnableToKeepFile
    )
    end = {Person: "person", Company: "company", CustomRecord: "record"}[type(owner)]
    kept = FieldFile.objects.create(
        workspace_id=owner.workspace_id,
        definition=definition,
        name=_plain_name(file.name),
        content_type=content_type_of(content),
        size=len(content),
        digest=hashlib.sha256(content).hexdigest(),
        by=member,
        **{end: owner},
    )
    FilePiece.objects.bulk_create(
        FilePiece(workspace_id=kept.workspace_id, file=kept, number=number, content=content[start : start + PIECE])
        for number, start in enumerate(range(0, len(content), PIECE))
    )
    return {"file": str(kept.pk), "name": kept.name, "size": kept.size}


def _plain_name(name: str) -> str:
    """Return the last part of a path without what a header or a file system could stumble over."""
    last = PurePath(name.replace("\\", "/")).name
    return (
        "".join(letter for letter in last if letter.isprintable() and letter not in '"<>|:*?')[-NAME_LENGTH:] or "file"
    )
