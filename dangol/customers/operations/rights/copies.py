"""The copy of everything we know about a person, to be handed over: JSON to move on with, CSV to read."""

import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone, translation

from dangol.customers.contracts import PersonTable, person_tables
from dangol.customers.models import Person, RightsCopy, RightsRequest, SealedValue
from dangol.kit import tenancy
from dangol.kit.csv_files import MARK, csv_text
from dangol.kit.jobs import job
from dangol.kit.sealed_columns import opened

FORMAT = "dangol.person/1"
DAYS_KEPT = 7
CORE = (
    "name", "family_name", "given_name", "honorific", "email", "phone", "external_id", "language", "time_zone",
    "country", "postal_code", "city", "address", "born_on", "fields", "origin", "first_seen_at", "last_seen_at",
    "created_at", "updated_at",
)  # fmt: skip
THEIRS = 'SELECT {columns} FROM "{table}" WHERE workspace_id = %s AND "{link}" = ANY(%s){only} ORDER BY 1'
MERGED = """
WITH RECURSIVE whole AS (
    SELECT %(id)s::uuid AS id
    UNION
    SELECT loser.id FROM customers_person AS loser JOIN whole ON loser.merged_into_id = whole.id
    WHERE loser.workspace_id = %(workspace)s
)
SELECT id FROM whole
"""


def make_copy(*, request: RightsRequest, person: Person, now: datetime) -> list[tuple[str, str, int]]:
    """
    Pack all registered tables of a person into one zip file, in their language. Return (table, title, rows) of each.

    It can be fetched for seven days.
    """
    with translation.override("ko" if person.language in ("", "ko") else "en"):
        parts = portable(person)
        content = _packed(person, parts, now)
        counts = [(part["table"], part["title"], len(part["rows"])) for part in parts]
    RightsCopy.objects.update_or_create(
        workspace_id=request.workspace_id,
        request=request,
        defaults={
            "person": person, "content": content, "made_at": now, "expires_at": now + timedelta(days=DAYS_KEPT)
        },
    )  # fmt: skip
    return counts


def portable(person: Person) -> list[dict[str, Any]]:
    """Return everything that is exported of a person: per table its name, its title, and rows by field."""
    with tenancy.open_trash():
        ids = _whole(person)
        parts = [_part(table, person.workspace_id, ids) for table in person_tables() if table.exported]
        parts.append(_unsealed(person.workspace_id, ids))
    mine = {name: _plain(getattr(person, name)) for name in CORE}
    return [
        {"table": "customers_person", "title": translation.gettext("Person"), "rows": [{"id": str(person.pk)} | mine]},
        *_joined(parts),
    ]


@job(queue="rights")
def forget_copies(*, workspace_id: UUID) -> None:
    """Delete copies whose seven days are over. Runs daily."""
    RightsCopy.objects.filter(workspace_id=workspace_id, expires_at__lte=timezone.now()).delete()


def _whole(person: Person) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(MERGED, {"id": person.pk, "workspace": person.workspace_id})
        return [person_id for (person_id,) in cursor.fetchall()]


def _part(table: PersonTable, workspace_id: UUID, ids: Sequence[UUID]) -> dict[str, Any]:
    columns = [table.column_of(name) for name in table.exported]
    only = "".join(f" AND \"{table.column_of(name)}\" = '{value}'" for name, value in table.only.items())
    sql = THEIRS.format(
        columns=", ".join(f'"{column}"' for column in columns), table=table.table, link=table.column, only=only
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [workspace_id, list(ids)])
        rows = [dict(zip(table.exported, map(_plain, row), strict=True)) for row in cursor.fetchall()]
    return {"table": table.table, "title": str(table.title), "rows": rows}


def _unsealed(workspace_id: UUID, ids: Sequence[UUID]) -> dict[str, Any]:
    """What is kept sealed of them, in clear: it is theirs."""
    values = (
        SealedValue.objects.filter(workspace_id=workspace_id, person__in=ids).select_related("field").order_by("id")
    )
    rows = [{"field": one.field.label, "value": opened(one, "value"), "at": _plain(one.at)} for one in values]
    return {"table": SealedValue._meta.db_table, "title": translation.gettext("Sealed fields"), "rows": rows}


def _joined(parts: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put the two ends of a relation together."""
    joined: dict[str, dict[str, Any]] = {}
    for part in parts:
        known = joined.setdefault(part["table"], part | {"rows": []})
        known["rows"] += [row for row in part["rows"] if row not in known["rows"]]
    return list(joined.values())


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, str) and value[:1] in {"{", "["}:
        return _read(value)
    return value


def _read(text: str) -> Any:
    """Raw cursors return jsonb as text."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _packed(person: Person, parts: Sequence[dict[str, Any]], now: datetime) -> bytes:
    whole = {
        "format": FORMAT, "made_at": now.isoformat(), "house": person.workspace.name, "person_id": str(person.pk),
        "tables": parts,
    }  # fmt: skip
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(whole, ensure_ascii=False, indent=1))
        archive.writestr("schema.json", json.dumps(schema(), ensure_ascii=False, indent=1))
        for part in parts:
            rows = part["rows"]
            archive.writestr(f"{part['table']}.csv", MARK + csv_text([*rows[:1], *(row.values() for row in rows)]))
    return packed.getvalue()


def schema() -> dict[str, Any]:
    """Return the JSON Schema of `data.json`."""
    rows = {"type": "array", "items": {"type": "object"}}
    table: dict[str, Any] = {"type": "object", "required": ["table", "title", "rows"]}
    table["properties"] = {"table": {"type": "string"}, "title": {"type": "string"}, "rows": rows}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": FORMAT,
        "description": "Everything a house keeps about one person: one entry per table, one object per row. "
        "Times are ISO 8601 with offset, amounts are decimal strings, links are UUIDs.",
        "type": "object",
        "required": ["format", "made_at", "house", "person_id", "tables"],
        "properties": {
            "format": {"const": FORMAT},
            "made_at": {"type": "string", "format": "date-time"},
            "house": {"type": "string"},
            "person_id": {"type": "string", "format": "uuid"},
            "tables": {"type": "array", "items": table},
        },
    }
