"""Sealed copies of a directory: what is new or changed, and what went long ago."""

import os
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dangol.kit.crypto import SealBroken
from dangol.kit.sealed_copies import keep_copies, restore_copies, thin_copies
from dangol.kit.sealed_files import key_of

KEY = key_of("a secret of the owner's that is long enough")
DAYS = 86_400


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    (folder / "a").mkdir(parents=True)
    (folder / "a" / "picture.png").write_bytes(b"picture")
    (folder / "notes.txt").write_bytes(b"notes")
    return folder


def test_everything_comes_back_and_nothing_can_be_read(source: Path, tmp_path: Path) -> None:
    assert keep_copies(source, tmp_path / "copies", KEY) == 2
    assert keep_copies(source, tmp_path / "copies", KEY) == 0
    assert [b"notes" in path.read_bytes() for path in (tmp_path / "copies").glob("*.sealed")] == [False]

    assert restore_copies(tmp_path / "copies", tmp_path / "back", KEY) == 2
    assert restore_copies(tmp_path / "copies", tmp_path / "back", KEY) == 0

    assert (tmp_path / "back" / "a" / "picture.png").read_bytes() == b"picture"
    assert sorted(path.name for path in (tmp_path / "back").iterdir()) == ["a", "notes.txt"]


def test_a_changed_file_is_copied_again(source: Path, tmp_path: Path) -> None:
    keep_copies(source, tmp_path / "copies", KEY)
    (source / "notes.txt").write_bytes(b"other notes")
    os.utime(source / "notes.txt", (time.time() + 5, time.time() + 5))

    assert keep_copies(source, tmp_path / "copies", KEY) == 1
    restore_copies(tmp_path / "copies", tmp_path / "back", KEY)

    assert (tmp_path / "back" / "notes.txt").read_bytes() == b"other notes"


def test_another_key_opens_nothing(source: Path, tmp_path: Path) -> None:
    keep_copies(source, tmp_path / "copies", KEY)
    with pytest.raises(SealBroken):
        restore_copies(tmp_path / "copies", tmp_path / "back", key_of("another"))
    assert not (tmp_path / "back" / "notes.txt").exists()


def test_a_copy_goes_when_no_backup_leads_back_to_its_file(source: Path, tmp_path: Path) -> None:
    keep_copies(source, tmp_path / "copies", KEY)
    for copy in (tmp_path / "copies").rglob("*.sealed"):
        os.utime(copy, (time.time() - 20 * DAYS, time.time() - 20 * DAYS))
    (source / "notes.txt").unlink()
    keep_copies(source, tmp_path / "copies", KEY)

    thin_copies(tmp_path / "copies", before=datetime.fromtimestamp(time.time() - 14 * DAYS, UTC))

    assert [path.name for path in (tmp_path / "copies").rglob("*.sealed")] == ["picture.png.sealed"]
