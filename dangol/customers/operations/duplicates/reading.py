"""What is compared, read from the database."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from dangol.customers.matching.records import Record

PEOPLE = """
SELECT person.id, person.name, person.family_name, person.given_name, person.email, person.phone,
    coalesce(person.born_on::text, ''), person.postal_code, person.city, person.address, coalesce((
        SELECT company.name FROM customers_relation AS works
        JOIN customers_company AS company
            ON company.workspace_id = %(workspace)s AND company.id = works.target_company_id
        WHERE works.workspace_id = %(workspace)s AND works.source_person_id = person.id AND works.kind = 'works_at'
            AND works.until IS NULL
        ORDER BY works.id DESC LIMIT 1
    ), '')
FROM customers_person AS person
WHERE person.workspace_id = %(workspace)s AND NOT person.is_anonymous
"""

COMPANIES = """
SELECT company.id, '', '', '', company.email, company.phone, '', company.postal_code, company.city, company.address,
    company.name
FROM customers_company AS company WHERE company.workspace_id = %(workspace)s
"""

SAMPLE = """
SELECT id FROM customers_{kind} WHERE workspace_id = %(workspace)s AND id > %(from)s{named} ORDER BY id LIMIT %(count)s
"""
NAMED = {"person": " AND NOT is_anonymous", "company": ""}

ENDS = """
SELECT (SELECT id FROM customers_{kind} WHERE workspace_id = %(workspace)s ORDER BY id LIMIT 1),
    (SELECT id FROM customers_{kind} WHERE workspace_id = %(workspace)s ORDER BY id DESC LIMIT 1)
"""


def chunk_of_people(workspace_id: UUID, after: UUID, count: int) -> list[Record]:
    """Return the next people by id."""
    return _read(
        PEOPLE + " AND person.id > %(after)s ORDER BY person.id LIMIT %(count)s",
        {"workspace": workspace_id, "after": after, "count": count},
    )


def people_by_id(workspace_id: UUID, ids: Sequence[UUID]) -> list[Record]:
    """Return these people."""
    return _read(PEOPLE + " AND person.id = ANY(%(ids)s)", {"workspace": workspace_id, "ids": list(ids)})


def chunk_of_companies(workspace_id: UUID, after: UUID, count: int) -> list[Record]:
    """Return the next companies by id."""
    return _read(
        COMPANIES + " AND company.id > %(after)s ORDER BY company.id LIMIT %(count)s",
        {"workspace": workspace_id, "after": after, "count": count},
    )


def companies_by_id(workspace_id: UUID, ids: Sequence[UUID]) -> list[Record]:
    """Return these companies."""
    return _read(COMPANIES + " AND company.id = ANY(%(ids)s)", {"workspace": workspace_id, "ids": list(ids)})


def sample_of(kind: str, workspace_id: UUID, *, places: int, each: int) -> list[UUID]:
    """Return ids of people or companies from evenly spaced places: who stands for everybody."""
    with connection.cursor() as cursor:
        cursor.execute(ENDS.format(kind=kind), {"workspace": workspace_id})
        first, last = cursor.fetchone()
        if first is None:
            return []
        step = (last.int - first.int) // places
        starts = [UUID(int=max(0, first.int + place * step - 1)) for place in range(places)]
        return list(
            dict.fromkeys(row_id for start in starts for row_id in _from(cursor, kind, workspace_id, start, each))
        )


def _from(cursor: Any, kind: str, workspace_id: UUID, start: UUID, count: int) -> list[UUID]:
    statement = SAMPLE.format(kind=kind, named=NAMED[kind])
    cursor.execute(statement, {"workspace": workspace_id, "from": start, "count": count})
    return [row_id for (row_id,) in cursor.fetchall()]


def _read(sql: str, values: dict[str, Any]) -> list[Record]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [Record(*row) for row in cursor.fetchall()]
