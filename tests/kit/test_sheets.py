"""Workbooks that would burst are refused by their own list of contents, before anything is unpacked."""

import zipfile
from pathlib import Path

import pytest

from dangol.kit import sheets


def bomb(path: Path, entries: int, size: int) -> Path:
    """Write a small archive whose entries become so many bytes each."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(entries):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", b"0" * size)
    return path


@pytest.mark.shows("5.2.3", "AC-10")
@pytest.mark.parametrize(("entries", "size"), [(10_001, 0), (3, 1000)])
def test_a_bomb_is_refused_before_a_process_is_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entries: int, size: int
) -> None:
    monkeypatch.setattr(sheets, "MOST_UNPACKED", 2999)
    monkeypatch.setattr("sys.executable", "/nowhere/python")  # whoever begins a process fails
    with pytest.raises(sheets.UnreadableWorkbook):
        sheets.read_workbook(bomb(tmp_path / "bomb.xlsx", entries, size), tmp_path)
    with pytest.raises(FileNotFoundError):
        sheets.read_workbook(bomb(tmp_path / "small.xlsx", 2, 1000), tmp_path)
