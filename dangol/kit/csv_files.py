"""Tables as files that spreadsheets open: CSV in UTF-8 with its mark, and no cell that a spreadsheet would run."""

import csv
import io
import json
from collections.abc import Iterable

from django.http import HttpResponse

MARK = "\ufeff"
"""What a file begins with, so that spreadsheets read it as UTF-8."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def csv_text(rows: Iterable[Iterable[object]]) -> str:
    """Return rows as lines of CSV: objects and lists as JSON, nothing as an empty cell."""
    text = io.StringIO()
    csv.writer(text).writerows([_safe(_text(cell)) for cell in row] for row in rows)
    return text.getvalue()


def csv_answer(rows: Iterable[Iterable[object]], *, name: str) -> HttpResponse:
    """Return rows as a file to be fetched."""
    answer = HttpResponse(MARK + csv_text(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _text(cell: object) -> str:
    if isinstance(cell, dict | list):
        return json.dumps(cell, ensure_ascii=False)
    return "" if cell is None else str(cell)


def _safe(cell: str) -> str:
    """
    Put an apostrophe before what a spreadsheet would take for a formula.

    Numbers and phone numbers as we write them (+8210…) stay: a sign and digits are a number to every spreadsheet.
    """
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) and not _is_number(cell) else cell


def _is_number(cell: str) -> bool:
    return cell[0] in "+-" and cell[1:].replace(".", "", 1).isdecimal()
