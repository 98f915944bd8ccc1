"""Writing a chunk of a file of people: who is known already, then four set-based statements."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from dangol.customers.enums import ProblemCode
from dangol.customers.operations.import_lines import Line, Problem
from dangol.kit.ids import uuid7
from dangol.kit.korean import bigrams, initials

ORIGIN = "import"

KNOWN = """
SELECT i.kind, i.value, i.person_id, number.value
FROM unnest(%s::text[], %s::text[]) AS wanted(kind, value)
JOIN customers_identity i ON i.workspace_id = %s AND i.kind = wanted.kind AND i.value = wanted.value
LEFT JOIN customers_identity number
    ON number.workspace_id = i.workspace_id AND number.person_id = i.person_id AND number.kind = 'external_id'
"""

STAGE = """
CREATE TEMPORARY TABLE IF NOT EXISTS staged_person (
    person_id uuid, is_new boolean, key_kind text, key_value text, name text, email text, phone text, external_id text,
    address text, city text, country text, language text, time_zone text, born_on date, first_seen_at timestamptz,
    fields jsonb, bigrams text[], initials text
) ON COMMIT DELETE ROWS
"""

# The links are checked at commit, so identities may come before their people. A key that somebody else took in the
# meantime is left alone here and found by MOVED.
IDENTIFY = """
INSERT INTO customers_identity (workspace_id, id, person_id, kind, value, origin, created_at)
SELECT %s, gen_random_uuid(), s.person_id, key.kind, key.value, %s, %s
FROM staged_person s,
    LATERAL (VALUES ('email', s.email), ('phone', s.phone), ('external_id', s.external_id)) AS key(kind, value)
WHERE key.value <> ''
ORDER BY key.kind, key.value
ON CONFLICT DO NOTHING
"""

MOVED = """
SELECT EXISTS (
    SELECT FROM staged_person s
    WHERE NOT EXISTS (
        SELECT FROM customers_identity i
        WHERE i.workspace_id = %s AND i.kind = s.key_kind AND i.value = s.key_value AND i.person_id = s.person_id
    ) OR EXISTS (
        SELECT FROM customers_identity i
        WHERE i.workspace_id = %s AND i.kind = 'email' AND i.value = s.email AND i.person_id <> s.person_id
    )
)
"""

CREATE = """
INSERT INTO customers_person (
    workspace_id, id, name, email, phone, external_id, address, city, country, language, time_zone, born_on,
    first_seen_at, fields, bigrams, initials, origin, is_anonymous, created_at, updated_at
)
SELECT %s, person_id, name, email, phone, external_id, address, city, country, language, time_zone, born_on,
    coalesce(first_seen_at, %s), fields, bigrams, initials, %s, false, %s, %s
FROM staged_person WHERE is_new
"""

# An empty cell says nothing: it leaves the value alone.
TOLD = """
    SELECT p.id,
        coalesce(nullif(s.name, ''), p.name) AS name, coalesce(nullif(s.email, ''), p.email) AS email,
        coalesce(nullif(s.phone, ''), p.phone) AS phone,
        coalesce(nullif(p.external_id, ''), s.external_id) AS external_id,
        coalesce(nullif(s.address, ''), p.address) AS address, coalesce(nullif(s.city, ''), p.city) AS city,
        coalesce(nullif(s.country, ''), p.country) AS country, coalesce(nullif(s.language, ''), p.language) AS language,
        coalesce(nullif(s.time_zone, ''), p.time_zone) AS time_zone, coalesce(s.born_on, p.born_on) AS born_on,
        least(s.first_seen_at, p.first_seen_at) AS first_seen_at, p.fields || s.fields AS fields,
        CASE WHEN s.name = '' THEN p.bigrams ELSE s.bigrams END AS bigrams,
        CASE WHEN s.name = '' THEN p.initials ELSE s.initials END AS initials
    FROM staged_person s JOIN customers_person p ON p.workspace_id = %s AND p.id = s.person_id
    WHERE NOT s.is_new
"""

UPDATE = f"""
UPDATE customers_person p
SET name = t.name, email = t.email, phone = t.phone, external_id = t.external_id, address = t.address, city = t.city,
    country = t.country, language = t.language, time_zone = t.time_zone, born_on = t.born_on,
    first_seen_at = t.first_seen_at, fields = t.fields, bigrams = t.bigrams, initials = t.initials,
    is_anonymous = false, updated_at = %s
FROM ({TOLD}) AS t
WHERE p.workspace_id = %s AND p.id = t.id AND (
    p.name, p.email, p.phone, p.external_id, p.address, p.city, p.country, p.language, p.time_zone, p.born_on,
    p.first_seen_at, p.fields, p.is_anonymous
) IS DISTINCT FROM (
    t.name, t.email, t.phone, t.external_id, t.address, t.city, t.country, t.language, t.time_zone, t.born_on,
    t.first_seen_at, t.fields, false
)
"""  # noqa: S608 - no input in it


class PeopleMoved(Exception):
    """Somebody else wrote one of these people between our look and our write. Plan the chunk again."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A line with the person it is about."""

    line: Line
    person_id: UUID
    is_new: bool


def placed(*, workspace_id: UUID, lines: Sequence[Line]) -> list[Placed]:
    """Find the person of every sound line, or make an id for a new one. What contradicts the known gets a problem."""
    known = _known(workspace_id, {key for line in lines for key in line.keys})
    made = []
    for line in lines:
        people = [known[key] for key in line.keys if key in known]
        if len({person for person, _number in people}) > 1 or _has_other_number(line, people):
            line.problems.append(Problem(ProblemCode.TAKEN_EMAIL.value))
        elif people:
            made.append(Placed(line, people[0][0], is_new=False))
        else:
            made.append(Placed(line, uuid7(), is_new=True))
    return made


def write_people(
    *, workspace_id: UUID, people: Iterable[Placed], first_seen_at: datetime, now: datetime
) -> tuple[int, int]:
    """
    Create and update the people of a chunk; return how many of each. An unchanged person is not touched.

    :param first_seen_at: since when a new person is known if the line does not say
    :raises PeopleMoved: the caller rolls back and places the lines again
    """
    created = updated = 0
    for wave in _waves(people):
        with connection.cursor() as cursor:
            _stage(cursor, wave)
            cursor.execute(IDENTIFY, [workspace_id, ORIGIN, now])
            cursor.execute(MOVED, [workspace_id, workspace_id])
            if cursor.fetchone() != (False,):
                raise PeopleMoved
            cursor.execute(CREATE, [workspace_id, first_seen_at, ORIGIN, now, now])
            created += cursor.rowcount
            cursor.execute(UPDATE, [now, workspace_id, workspace_id])
            updated += cursor.rowcount
    return created, updated


def _known(workspace_id: UUID, keys: set[tuple[str, str]]) -> dict[tuple[str, str], tuple[UUID, str]]:
    if not keys:
        return {}
    kinds, values = zip(*sorted(keys), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, [list(kinds), list(values), workspace_id])
        return {(kind, value): (person_id, number or "") for kind, value, person_id, number in cursor.fetchall()}


def _has_other_number(line: Line, people: Sequence[tuple[UUID, str]]) -> bool:
    """The address belongs to a person whom the other system calls by another number."""
    return bool(line.external_id) and any(number and number != line.external_id for _person, number in people)


def _waves(people: Iterable[Placed]) -> list[list[Placed]]:
    """Lines about the same person, who has several keys, are written one after the other."""
    waves: list[list[Placed]] = []
    counts: dict[UUID, int] = {}
    for person in people:
        turn = counts.get(person.person_id, 0)
        counts[person.person_id] = turn + 1
        if turn == len(waves):
            waves.append([])
        waves[turn].append(person)
    return waves


def _stage(cursor: Any, wave: Sequence[Placed]) -> None:
    cursor.execute(STAGE)
    cursor.execute("TRUNCATE staged_person")
    with cursor.copy("COPY staged_person FROM STDIN") as copy:
        for person in wave:
            copy.write_row(_staged(person))


def _staged(person: Placed) -> tuple[Any, ...]:
    line = person.line
    return (
        person.person_id, person.is_new, *line.keys[0], line.name, line.email, line.phone, line.external_id,
        line.address, line.city, line.country, line.language, line.time_zone, line.born_on, line.first_seen_at,
        json.dumps(line.fields, ensure_ascii=False), bigrams(line.name), initials(line.name)[:200],
    )  # fmt: skip
