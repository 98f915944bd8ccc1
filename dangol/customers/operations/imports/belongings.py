"""What lines say beyond the record itself: where somebody works, to whom a thing belongs, words that stick on them."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection

from dangol.customers.enums import RECORDS, ImportTarget, OnDuplicate, sort_of
from dangol.customers.operations.company_facts import bare_company_name
from dangol.customers.operations.imports.matching import Placement
from dangol.customers.operations.imports.reading import Chunk
from dangol.customers.operations.imports.writing import (
    BY_KEY,
    Author,
    PeopleMoved,
    copy_into,
    escaped,
    search_keys,
)
from dangol.kit import authorship
from dangol.kit.ids import uuid7_texts

COMPANIES = """
SELECT 'number', business_number, id FROM customers_company
WHERE workspace_id = %(workspace)s AND business_number = ANY(%(numbers)s) AND business_number <> ''
UNION ALL
(SELECT DISTINCT ON (name) 'name', name, id FROM customers_company
WHERE workspace_id = %(workspace)s AND name = ANY(%(names)s) AND name <> '' ORDER BY name, id)
"""
NEW_COMPANIES = """
INSERT INTO customers_company (
    workspace_id, id, name, business_number, external_id, domain, email, phone, country, postal_code, city, address,
    industry, fields, origin, won, bigrams, initials, created_at, updated_at
)
SELECT %s, id, name, number, '', '', '', '', '', '', '', '', '', '{}', %s, '{}', bigrams::text[], initials, %s, %s
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[]) AS new(id, name, number, bigrams, initials)
"""
STAGE_RELATIONS = """
CREATE TEMPORARY TABLE IF NOT EXISTS staged_relation (id uuid, person_id uuid, company_id uuid, title text)
ON COMMIT DELETE ROWS
"""
RELATE = """
INSERT INTO customers_relation (
    workspace_id, id, kind, source_person_id, target_company_id, title, note, origin, confidence, by_id, created_at
)
SELECT %(workspace)s, id, 'works_at', person_id, company_id, title, '', %(origin)s, 100, %(by)s, %(started)s
FROM staged_relation ORDER BY id
ON CONFLICT DO NOTHING
RETURNING id
"""
RETITLE = """
UPDATE customers_relation r SET title = s.title FROM staged_relation s
WHERE r.workspace_id = %(workspace)s AND r.kind = 'works_at' AND r.source_person_id = s.person_id
    AND r.target_company_id = s.company_id AND r.until IS NULL AND s.title <> ''
    AND (r.title = '' OR (%(update)s AND r.title <> s.title))
"""
NEW_TAGS = """
INSERT INTO customers_tag (workspace_id, id, name, created_at)
SELECT %s, id, name, %s FROM unnest(%s::uuid[], %s::text[]) AS new(id, name)
ON CONFLICT (workspace_id, name) DO NOTHING
RETURNING id
"""
STICK = """
INSERT INTO customers_tagging (workspace_id, id, tag_id, {column}, by_id, at)
SELECT %(workspace)s, new.id, tag.id, new.owner, %(by)s, %(started)s
FROM unnest(%(ids)s::uuid[], %(owners)s::uuid[], %(names)s::text[]) AS new(id, owner, name)
JOIN customers_tag tag ON tag.workspace_id = %(workspace)s AND tag.name = new.name
ON CONFLICT DO NOTHING
RETURNING id
"""
BELONG = """
INSERT INTO customers_recordlink (workspace_id, id, record_id, person_id, company_id, created_at)
SELECT %(workspace)s, new.id, new.record, new.person, new.company, %(started)s
FROM unnest(%(ids)s::uuid[], %(records)s::uuid[], %(people)s::uuid[], %(companies)s::uuid[])
    AS new(id, record, person, company)
ON CONFLICT DO NOTHING
RETURNING id
"""


@dataclass
class Belongings:
    """The ids of what was made."""

    companies: list[str] = field(default_factory=list)
    relations: list[UUID] = field(default_factory=list)
    links: list[UUID] = field(default_factory=list)
    tags: list[UUID] = field(default_factory=list)
    taggings: list[UUID] = field(default_factory=list)


def write_belongings(
    *, author: Author, kind: str, chunk: Chunk, placement: Placement, on_duplicate: str, tags: tuple[str, ...] = ()
) -> Belongings:
    """
    Find or make the companies of the lines, let people work there, and stick the tags on. Twice changes nothing.

    Things of the workspace's own come to belong to those whom their lines name; they have no tags.

    :param tags: words for every record of the file, beside those of the lines
    :raises PeopleMoved: if somebody makes the same company at this moment
    """
    made = Belongings()
    with (
        connection.cursor() as cursor,
        authorship.act_as(member_id=author.member_id, reason=author.origin, batch=author.batch),
    ):
        if kind == ImportTarget.PEOPLE:
            _employ(cursor, author, chunk, placement, made, update=on_duplicate == OnDuplicate.UPDATE)
        if sort_of(kind) == RECORDS:
            _belong(cursor, author, chunk, placement, made)
        else:
            _stick(cursor, author, kind=kind, chunk=chunk, placement=placement, made=made, always=tags)
    return made


def _belong(cursor: Any, author: Author, chunk: Chunk, placement: Placement, made: Belongings) -> None:
    rows = list(zip(placement.ids, chunk.column("person"), chunk.column("company"), strict=True))
    ends: list[tuple[str, str | None, str | None]] = [
        (record, person, None) for record, person, _company in rows if record and person
    ]
    ends += [(record, None, company) for record, _person, company in rows if record and company]
    if ends:
        records, people, companies = (list(column) for column in zip(*dict.fromkeys(ends), strict=True))
        told = {
            "workspace": author.workspace_id, "started": author.started_at, "ids": uuid7_texts(len(records)),
            "records": records, "people": people, "companies": companies,
        }  # fmt: skip
        cursor.execute(BELONG, told)
        made.links = [row[0] for row in cursor.fetchall()]


def _employ(cursor: Any, author: Author, chunk: Chunk, placement: Placement, made: Belongings, *, update: bool) -> None:
    rows = zip(
        placement.ids, chunk.column("company"), chunk.column("company_number"), chunk.column("title"), strict=True
    )
    jobs = [(person, name, number, title) for person, name, number, title in rows if person and (name or number)]
    if not jobs:
        return
    ids = _companies(cursor, author, {(name, number) for _person, name, number, _title in jobs}, made)
    last = {(person, ids[name, number]): title for person, name, number, title in jobs}
    pairs = list(last)
    cursor.execute(STAGE_RELATIONS)
    cursor.execute("TRUNCATE staged_relation")
    copy_into(
        cursor, "staged_relation",
        [
            uuid7_texts(len(pairs)), [person for person, _company in pairs],
            [company for _person, company in pairs], escaped([title[:100] for title in last.values()]),
        ],
    )  # fmt: skip
    told = {
        "workspace": author.workspace_id, "origin": author.origin, "by": author.member_id,
        "started": author.started_at, "update": update,
    }  # fmt: skip
    cursor.execute(RELATE, told)
    made.relations = [row[0] for row in cursor.fetchall()]
    if len(made.relations) < len(pairs):
        cursor.execute(BY_KEY.format("off"))
        cursor.execute(RETITLE, told)
        cursor.execute(BY_KEY.format("on"))


def _companies(
    cursor: Any, author: Author, wanted: set[tuple[str, str]], made: Belongings
) -> dict[tuple[str, str], str]:
    """The company of every pair of name and registration number: known by the number, else by the name, else new."""
    numbers = sorted({number for _name, number in wanted if number})
    names = sorted({name for name, _number in wanted if name})
    cursor.execute(COMPANIES, {"workspace": author.workspace_id, "numbers": numbers, "names": names})
    known: dict[tuple[str, str], str] = {(kind, value): str(company) for kind, value, company in cursor.fetchall()}
    fresh: dict[str, tuple[str, str]] = {}
    found: dict[tuple[str, str], str] = {}
    ids = iter(uuid7_texts(len(wanted)))
    for name, number in sorted(wanted, key=lambda pair: (not pair[1], pair)):
        company = known.get(("number", number)) if number else known.get(("name", name))
        if company is None:
            company = next(ids)
            fresh[company] = (name, number)
            known.setdefault(("name", name), company)
            known["number", number] = company
        found[name, number] = company
    if fresh:
        keys = [search_keys(bare_company_name(name)) for name, _number in fresh.values()]
        try:
            cursor.execute(
                NEW_COMPANIES,
                [
                    author.workspace_id, author.origin, author.started_at, author.started_at, list(fresh),
                    [name for name, _number in fresh.values()], [number for _name, number in fresh.values()],
                    [pairs for pairs, _first in keys], [first for _pairs, first in keys],
                ],
            )  # fmt: skip
        except IntegrityError as clash:
            raise PeopleMoved from clash
    made.companies = list(fresh)
    return found


def _stick(
    cursor: Any,
    author: Author,
    *,
    kind: str,
    chunk: Chunk,
    placement: Placement,
    made: Belongings,
    always: tuple[str, ...],
) -> None:
    pairs = dict.fromkeys(
        (owner, word)
        for owner, cell in zip(placement.ids, chunk.column("tags"), strict=True)
        if owner
        for word in (*cell.split(";"), *always)
        if word
    )
    if not pairs:
        return
    words = sorted({word for _owner, word in pairs})
    cursor.execute(NEW_TAGS, [author.workspace_id, author.started_at, uuid7_texts(len(words)), words])
    made.tags = [row[0] for row in cursor.fetchall()]
    column = "person_id" if kind == ImportTarget.PEOPLE else "company_id"
    told = {
        "workspace": author.workspace_id, "by": author.member_id, "started": author.started_at,
        "ids": uuid7_texts(len(pairs)), "owners": [owner for owner, _word in pairs],
        "names": [word for _owner, word in pairs],
    }  # fmt: skip
    cursor.execute(STICK.format(column=column), told)
    made.taggings = [row[0] for row in cursor.fetchall()]
