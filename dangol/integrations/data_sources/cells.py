"""Cells as text, and what a column of them seems to hold."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from dangol.integrations.data_sources.enums import ColumnKind

TIME = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?\s*(Z|[+-]\d{2}:?\d{2})?")
NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")


def text_of(cell: Any) -> str:
    """Return a cell as the import reads it. Numbers that are whole lose their point; what is nested becomes JSON."""
    match cell:
        case None:
            text = ""
        case str():
            text = cell.replace("\x00", "")
        case bool():
            text = "true" if cell else "false"
        case float() if cell.is_integer():
            text = str(int(cell))
        case datetime() | date() | time():
            text = cell.isoformat()
        case bytes():
            text = cell.hex()
        case dict() | list():
            text = json.dumps(cell, ensure_ascii=False, default=str)
        case _:
            text = str(cell)
    return text


def kind_of(values: Iterable[Any]) -> str:
    """Return what some cells of a column have in common; empty when all are blank, text when they differ."""
    kinds = {_kind(value) for value in values} - {""}
    return kinds.pop() if len(kinds) == 1 else (ColumnKind.TEXT.value if kinds else "")


def flat(item: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    """Return an object of JSON as one row: `{"address": {"city": …}}` becomes the column `address.city`."""
    row: dict[str, Any] = {}
    for name, value in item.items():
        if isinstance(value, Mapping) and value:
            row |= flat(value, f"{before}{name}.")
        else:
            row[f"{before}{name}"] = value
    return row


def named(header: Sequence[Any]) -> list[str]:
    """Return the names of columns as a file's header gives them: none empty, none twice."""
    names: list[str] = []
    for number, cell in enumerate(header, 1):
        name = text_of(cell).strip()[:200] or f"#{number}"
        names.append(name if name not in names else f"{name} #{number}")
    return names


def _kind(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return ColumnKind.YES_NO.value
    if isinstance(value, int | float | Decimal):
        return ColumnKind.NUMBER.value
    if isinstance(value, datetime | date):
        return ColumnKind.TIME.value
    return _kind_of_text(value.strip()) if isinstance(value, str) else ColumnKind.OTHER.value


def _kind_of_text(text: str) -> str:
    if NUMBER.fullmatch(text):
        return ColumnKind.NUMBER.value
    return ColumnKind.TIME.value if TIME.fullmatch(text) else ColumnKind.TEXT.value
