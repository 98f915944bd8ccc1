"""Lines about people and companies of whom other sources spoke too: there the golden record decides, not the file."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from dangol.customers.operations.golden import own_values, told
from dangol.customers.queries.trust import GOVERNED, stored

KINDS = {"customers_person": "person", "customers_company": "company"}
FOUND = """
SELECT s.id, s.fields, p.fields, {said}, {stands} FROM staged_{table} s
JOIN {table} p ON p.workspace_id = %s AND p.id = s.id
WHERE NOT s.is_new AND (p.origin <> %s OR p.won <> '{{}}')
"""
HOLD_BACK = "UPDATE staged_{table} SET {nothing}, fields = '{{}}' WHERE id = ANY(%s)"


def settle_contested(cursor: Any, *, workspace_id: UUID, table: str, origin: str, fill: bool, now: datetime) -> None:
    """
    Let the golden record write what the staged lines say about known records with several sources.

    Their governed columns and own fields are emptied in the stage: the statement which follows leaves them alone.

    :param fill: only what is empty is written
    """
    kind = KINDS[table]
    names = GOVERNED[kind]
    said, stands = (", ".join(f"{row}.{name}" for name in names) for row in ("s", "p"))
    cursor.execute(FOUND.format(table=table, said=said, stands=stands), [workspace_id, origin])
    found = cursor.fetchall()
    if not found:
        return
    tellings = [(row[0], _said(names, row[3:], fill=fill) | _own(*row[1:3], fill=fill), now) for row in found]
    told(workspace_id=workspace_id, origin=origin, tellings=tellings, now=now, kind=kind)
    nothing = ", ".join(f"{name} = NULL" if name == "born_on" else f"{name} = ''" for name in names)
    cursor.execute(HOLD_BACK.format(table=table, nothing=nothing), [[row[0] for row in found]])


def _said(names: Sequence[str], values: Sequence[Any], *, fill: bool) -> dict[str, str]:
    lines, stands = values[: len(names)], values[len(names) :]
    return {
        name: stored(line)
        for name, line, stand in zip(names, lines, stands, strict=True)
        if line and not (fill and stand)
    }


def _own(line: str, stands: str, *, fill: bool) -> dict[str, Any]:
    """Return what a line says about own fields. Raw cursors return jsonb as text."""
    there = msgspec.json.decode(stands) if fill else {}
    return own_values({key: value for key, value in msgspec.json.decode(line).items() if key not in there})
