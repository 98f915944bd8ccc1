"""Sealed copies of a directory: what is new or changed, and what went long ago."""

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dangol.kit.crypto import SealBroken
from dangol.kit.sealed_copies import SealedCopies
from dangol.kit.sealed_files import key_of
from dangol.kit.storage import Folder

KEY = key_of("a secret of the owner's that is long enough")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    (folder / "a").mkdir(parents=True)
    (folder / "a" / "picture.png").write_bytes(b"picture")
    (folder / "notes.txt").write_bytes(b"notes")
    return folder


def copies_in(folder: Path, *, key: bytes = KEY) -> SealedCopies:
    """Return what a process sees that has just started."""
    return SealedCopies(Folder(folder), "copies", key)


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "copies").rglob("*") if path.is_file())


def test_everything_comes_back_and_nothing_can_be_read(source: Path, tmp_path: Path) -> None:
    copies = copies_in(tmp_path)
    assert copies.keep(source) == 2
    assert (copies.keep(source), copies_in(tmp_path).keep(source)) == (0, 0)
    assert [b"notes" in path.read_bytes() for path in (tmp_path / "copies").glob("*.sealed")] == [False]

    assert copies_in(tmp_path).restore(tmp_path / "back") == 2
    assert copies_in(tmp_path).restore(tmp_path / "back") == 0

    assert (tmp_path / "back" / "a" / "picture.png").read_bytes() == b"picture"
    assert sorted(path.name for path in (tmp_path / "back").iterdir()) == ["a", "notes.txt"]


def test_a_changed_file_is_copied_again(source: Path, tmp_path: Path) -> None:
    copies = copies_in(tmp_path)
    copies.keep(source)
    (source / "notes.txt").write_bytes(b"other notes")
    os.utime(source / "notes.txt", (time.time() + 5, time.time() + 5))

    assert copies.keep(source) == 1
    copies_in(tmp_path).restore(tmp_path / "back")

    assert (tmp_path / "back" / "notes.txt").read_bytes() == b"other notes"


def test_another_key_opens_nothing(source: Path, tmp_path: Path) -> None:
    copies_in(tmp_path).keep(source)
    with pytest.raises(SealBroken):
        copies_in(tmp_path, key=key_of("another")).restore(tmp_path / "back")
    assert not (tmp_path / "back" / "notes.txt").exists()


def test_a_copy_goes_when_no_backup_leads_back_to_its_file(source: Path, tmp_path: Path) -> None:
    copies_in(tmp_path).keep(source)
    (source / "notes.txt").unlink()
    copies_in(tmp_path).keep(source)
    assert names_in(tmp_path) == ["notes.txt.sealed", "notes.txt.sealed.gone", "picture.png.sealed"]

    copies_in(tmp_path).thin(before=datetime.now(UTC) - timedelta(days=14))
    assert copies_in(tmp_path).restore(tmp_path / "back") == 2
    copies_in(tmp_path).thin(before=datetime.now(UTC) + timedelta(seconds=1))

    assert names_in(tmp_path) == ["picture.png.sealed"]


def test_a_file_that_comes_again_is_not_thought_gone(source: Path, tmp_path: Path) -> None:
    copies = copies_in(tmp_path)
    for content in (b"notes", None, b"new notes"):
        (source / "notes.txt").write_bytes(content) if content else (source / "notes.txt").unlink()
        copies.keep(source)

    copies.thin(before=datetime.now(UTC) + timedelta(seconds=1))

    assert names_in(tmp_path) == ["notes.txt.sealed", "picture.png.sealed"]
    copies_in(tmp_path).restore(tmp_path / "back")
    assert (tmp_path / "back" / "notes.txt").read_bytes() == b"new notes"
