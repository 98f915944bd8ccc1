"""Files on this server, below the one folder that the operator of the server opened for a workspace."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _

from dangol.integrations.data_sources.contracts import Place, SourceRefuses, SourceUnreachable


@contextmanager
def opened(place: Place) -> Iterator["Folder"]:
    """
    Open the folder.

    :raises SourceRefuses: if it is not there, or not below the one that was opened
    """
    if not place.folder:
        raise SourceRefuses(
            _("Files of this server are not offered. Its operator opens a folder with DANGOL_SOURCES_FOLDER.")
        )
    root = Path(place.folder).resolve()
    inner = str(place.where.get("folder") or "").strip("/")
    path = (root / inner).resolve()
    if not path.is_relative_to(root) or not path.is_dir():
        raise SourceRefuses(_("There is no folder %(folder)s for this workspace.") % {"folder": inner or root.name})
    try:
        yield Folder(path)
    except OSError as error:
        raise SourceUnreachable(_("The folder could not be read: %(said)s") % {"said": error.strerror}) from error


class Folder:
    """The files of one folder, without what links lead to elsewhere."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def listed(self) -> list[tuple[str, int, int]]:
        found = []
        with os.scandir(self._path) as entries:
            for entry in entries:
                if entry.is_file(follow_symlinks=False):
                    state = entry.stat(follow_symlinks=False)
                    found.append((entry.name, state.st_mtime_ns, state.st_size))
        return found

    @contextmanager
    def opened(self, name: str) -> Iterator[IO[bytes]]:
        descriptor = os.open(self._path / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            yield file
