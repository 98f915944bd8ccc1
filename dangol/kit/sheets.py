"""
Spreadsheets become tables of text: one file of tab-separated rows per sheet, row numbers kept.

Reading a workbook needs it whole in memory, and a workbook can be a bomb. `python -m dangol.kit.sheets` therefore
works in a process of its own with a limit, whose memory goes back when it ends. Formulas are never run: a cell gives
the value that was saved with it.
"""

import json
import re
import resource
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from dangol.kit.table_rows import LINE_INSIDE_CELL

SIGNATURES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
LARGEST_MEMORY = 6 * 1024**3
LONGEST_READING = 600
MOST_ENTRIES = 10_000
MOST_UNPACKED = 8 * 1024**3
BREAKS = re.compile(r"\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
WHOLE = 1e15


@dataclass(frozen=True)
class Sheet:
    """One sheet that has cells, as a file of tab-separated rows in UTF-8."""

    name: str
    path: Path
    rows: int


class UnreadableWorkbook(ValueError):
    """No spreadsheet that we can read: damaged, encrypted, or too large."""


def is_workbook(head: bytes) -> bool:
    """Whether a file begins like a spreadsheet: XLSX, XLSB, ODS or XLS."""
    return head.startswith(SIGNATURES)


def read_workbook(path: Path, folder: Path) -> list[Sheet]:
    """
    Write every visible sheet that has cells into the folder, in a process of its own, and return them in order.

    :raises UnreadableWorkbook: if it cannot be read within ten minutes and six gigabytes, or says of itself that it
        would become larger than eight gigabytes or more than ten thousand files
    """
    _refuse_bomb(path)
    command = [sys.executable, "-m", "dangol.kit.sheets", str(path), str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=LONGEST_READING, check=False)
    except subprocess.TimeoutExpired as late:
        raise UnreadableWorkbook from late
    if done.returncode:
        raise UnreadableWorkbook(done.stderr.decode(errors="replace")[-500:])
    return [Sheet(told["name"], Path(told["path"]), told["rows"]) for told in json.loads(done.stdout)]


def _refuse_bomb(path: Path) -> None:
    """Look at an archive's own list before anything is unpacked. What is no archive is no bomb of this kind."""
    if not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as problem:
        raise UnreadableWorkbook from problem
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise UnreadableWorkbook


def cell_text(value: Any) -> str:
    """Return what a cell holds as a person would type it: whole numbers without point, dates as 2026-11-22."""
    if type(value) is str:
        return BREAKS.sub(LINE_INSIDE_CELL, value).replace("\t", " ") if not value.isprintable() else value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < WHOLE else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value if isinstance(value, int | timedelta) else value or "")


def _write(sheet: Any, path: Path) -> int:
    """Return how many rows have cells."""
    filled = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        for row in sheet.iter_rows() if sheet.start else ():
            line = "\t".join(map(cell_text, row)).rstrip("\t ")
            file.write(line + "\n")
            filled += bool(line)
    return filled


def _main(source: str, folder: str) -> None:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum  # noqa: PLC0415 - only in the child

    resource.setrlimit(resource.RLIMIT_AS, (LARGEST_MEMORY, LARGEST_MEMORY))
    told = []
    with CalamineWorkbook.from_path(source) as book:
        for number, about in enumerate(book.sheets_metadata):
            if about.typ != SheetTypeEnum.WorkSheet or about.visible != SheetVisibleEnum.Visible:
                continue
            path = Path(folder) / f"{number}.tsv"
            rows = _write(book.get_sheet_by_index(number), path)
            if rows:
                told.append({"name": about.name, "path": str(path), "rows": rows})
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    _main(*sys.argv[1:])
