"""Writing a chunk of a file: COPY into temporary tables, then a few statements over all of it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection

from dangol.customers.enums import RECORDS, ImportTarget, OnDuplicate, object_of, sort_of
from dangol.customers.operations.company_facts import bare_company_name
from dangol.customers.operations.imports.contested import settle_contested
from dangol.customers.operations.imports.matching import FreshKeys, Placement
from dangol.customers.operations.imports.places import fill_known, with_places
from dangol.customers.operations.imports.reading import Chunk
from dangol.kit import authorship
from dangol.kit.ids import uuid7_texts
from dangol.kit.korean import bigrams, initials

ORIGIN = "import"
NULL = "\\N"
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
UNSAFE = ("\\", "\t", "\n", "\r")
NAMES_REMEMBERED = 20_000


# Known records are found by their key, one by one, whatever the planner believes about tables that grew a moment ago.
BY_KEY = "; ".join(f"SET LOCAL enable_{way} = {{0}}" for way in ("hashjoin", "mergejoin", "seqscan", "material"))


class PeopleMoved(Exception):
    """Somebody else wrote one of these people between our look and our write. Look again."""


@dataclass(frozen=True)
class Author:
    """In whose name, as part of what, and when a chunk is written."""

    workspace_id: UUID
    member_id: UUID | None
    batch: UUID
    origin: str
    started_at: datetime
    first_seen_at: datetime
    now: datetime


@dataclass(frozen=True)
class Table:
    """Where records of one kind are written. `kept_first` are columns whose known value is never written over."""

    name: str
    texts: tuple[str, ...]
    kept_first: tuple[str, ...]
    nullable: tuple[tuple[str, str], ...]
    extra: tuple[tuple[str, str], ...]

    @property
    def stage(self) -> str:
        """The statement that makes the temporary table."""
        columns = [f"{name} text" for name in self.texts]
        columns += [f"{name} {kind}" for name, kind in self.nullable]
        return (
            f"CREATE TEMPORARY TABLE IF NOT EXISTS staged_{self.name} (id uuid, is_new boolean, {', '.join(columns)}, "
            "fields jsonb, bigrams text[], initials text) ON COMMIT DELETE ROWS"
        )

    @property
    def create(self) -> str:
        """The statement that makes new records."""
        told = [*self.texts, *(name for name, _kind in self.nullable), "fields", "bigrams", "initials"]
        values = ["coalesce(first_seen_at, %(first_seen_at)s)" if name == "first_seen_at" else name for name in told]
        extra = [name for name, _value in self.extra]
        fixed = [value for _name, value in self.extra]
        return (
            f"INSERT INTO {self.name} "  # noqa: S608 - column names only
            f"(workspace_id, id, {', '.join(told + extra)}, origin, created_at, updated_at) "
            f"SELECT %(workspace)s, id, {', '.join(values + fixed)}, %(origin)s, %(started)s, %(started)s "
            f"FROM staged_{self.name} WHERE is_new ORDER BY id"
        )

    def change(self, *, fill: bool) -> str:
        """
        The statement that writes to known records what lines say; an unchanged record is not touched.

        An empty cell says nothing: it leaves the value alone.
        """
        told = {name: self._text(name, fill=fill or name in self.kept_first) for name in self.texts}
        for name, _kind in self.nullable:
            both = (f"p.{name}", f"s.{name}") if fill else (f"s.{name}", f"p.{name}")
            told[name] = f"coalesce({both[0]}, {both[1]})"
        if "first_seen_at" in told and not fill:
            told["first_seen_at"] = "least(s.first_seen_at, p.first_seen_at)"
        told["fields"] = "s.fields || p.fields" if fill else "p.fields || s.fields"
        compared = list(told)
        kept = "s.name = '' OR p.name <> ''" if fill else "s.name = ''"
        for name in ("bigrams", "initials"):
            told[name] = f"CASE WHEN {kept} THEN p.{name} ELSE s.{name} END"
        was, becomes = (", ".join(f"{row}.{name}" for name in compared) for row in ("p", "t"))
        anonymous = ", is_anonymous = false" if ("is_anonymous", "false") in self.extra else ""
        return (
            f"UPDATE {self.name} p "  # noqa: S608 - column names only
            f"SET {', '.join(f'{name} = t.{name}' for name in told)}{anonymous}, "
            "updated_at = CASE "
            "WHEN p.created_at = %(started)s AND p.updated_at = %(started)s THEN p.updated_at ELSE %(now)s END "
            f"FROM (SELECT s.id, {', '.join(f'{value} AS {name}' for name, value in told.items())} "
            f"FROM staged_{self.name} s JOIN {self.name} p ON p.workspace_id = %(workspace)s AND p.id = s.id "
            f"WHERE NOT s.is_new) AS t WHERE p.workspace_id = %(workspace)s AND p.id = t.id "
            f"AND ({was}{', p.is_anonymous' if anonymous else ''}) IS DISTINCT FROM "
            f"({becomes}{', false' if anonymous else ''})"
        )

    @staticmethod
    def _text(name: str, *, fill: bool) -> str:
        first, second = ("p", "s") if fill else ("s", "p")
        return f"coalesce(nullif({first}.{name}, ''), {second}.{name})"


PERSON = Table(
    name="customers_person",
    texts=(
        "name", "family_name", "given_name", "honorific", "email", "phone", "external_id", "address", "city",
        "postal_code", "country", "language", "time_zone",
    ),
    kept_first=("external_id",),
    nullable=(("born_on", "date"), ("first_seen_at", "timestamptz"), ("owner_id", "uuid")),
    extra=(("is_anonymous", "false"),),
)  # fmt: skip
COMPANY = Table(
    name="customers_company",
    texts=(
        "name", "business_number", "external_id", "domain", "email", "phone", "address", "city", "postal_code",
        "country", "industry",
    ),
    kept_first=("external_id", "business_number"),
    nullable=(("owner_id", "uuid"),),
    extra=(("won", "'{}'"),),
)  # fmt: skip
OWN_OBJECT = (
    "(SELECT id AS object_id FROM customers_customobject WHERE workspace_id = %(workspace)s AND key = %(object)s)"
)
RECORD = Table(
    name="customers_customrecord",
    texts=("name", "external_id"),
    kept_first=("external_id",),
    nullable=(("owner_id", "uuid"),),
    extra=(("object_id", OWN_OBJECT),),
)
TABLES = {ImportTarget.PEOPLE.value: PERSON, ImportTarget.COMPANIES.value: COMPANY, RECORDS: RECORD}

STAGE_KEYS = """
CREATE TEMPORARY TABLE IF NOT EXISTS staged_key (
    id uuid, person_id uuid, kind text, value text, is_strong boolean, place int
) ON COMMIT DELETE ROWS
"""

# The links are checked at commit, so identities may come before their people. That a strong key is taken meanwhile is
# an error here; a phone number that leads to somebody stays with them.
IDENTIFY = """
INSERT INTO customers_identity (workspace_id, id, person_id, kind, value, origin, created_at)
SELECT %s, id, person_id, kind, value, %s, %s FROM staged_key WHERE is_strong ORDER BY kind, value
"""
IDENTIFY_BY_PHONE = """
INSERT INTO customers_identity (workspace_id, id, person_id, kind, value, origin, created_at)
SELECT %s, id, person_id, kind, value, %s, %s FROM staged_key WHERE NOT is_strong ORDER BY value, place
ON CONFLICT (workspace_id, kind, value) DO NOTHING
"""


@dataclass(frozen=True)
class Written:
    """How many records were changed, and the ids of keys that known people got."""

    updated: int
    identities: list[str]


def write(*, author: Author, kind: str, chunk: Chunk, placement: Placement, on_duplicate: str) -> Written:
    """
    Create and change the records of a chunk. An unchanged record is not touched.

    :raises PeopleMoved: the caller rolls back and looks again
    """
    table = TABLES[sort_of(kind)]
    values: dict[str, Any] = {
        "workspace": author.workspace_id, "origin": author.origin, "started": author.started_at, "now": author.now,
        "first_seen_at": author.first_seen_at, "object": object_of(kind),
    }  # fmt: skip
    ids = [placement.ids[position] or "" for position in placement.written]
    chunk, places = with_places(chunk, placement)
    with connection.cursor() as cursor:
        _stage(cursor, table, chunk, placement, ids)
        try:
            identities = _identify(cursor, author, placement.keys) if table is PERSON else []
            cursor.execute(table.create, values)
        except IntegrityError as clash:
            raise PeopleMoved from clash
        updated = 0
        if not all(placement.is_new):
            with authorship.act_as(member_id=author.member_id, reason=author.origin, batch=author.batch):
                fill = on_duplicate == OnDuplicate.FILL
                cursor.execute(BY_KEY.format("off"))
                if table is not RECORD:
                    settle_contested(
                        cursor, workspace_id=author.workspace_id, table=table.name, origin=author.origin, fill=fill,
                        now=author.now,
                    )  # fmt: skip
                cursor.execute(table.change(fill=fill), values)
                updated = cursor.rowcount
                fill_known(cursor, workspace_id=author.workspace_id, table=table.name, told=places)
                cursor.execute(BY_KEY.format("on"))
    known = {one for one, is_new in zip(ids, placement.is_new, strict=True) if not is_new}
    added = (
        [row for row, owner in zip(identities, placement.keys.owners, strict=False) if owner in known] if known else []
    )
    return Written(updated, added)


def copy_into(cursor: Any, table: str, columns: Sequence[Sequence[str]]) -> None:
    """Send columns of text, as COPY reads them, into a table. NULL is `writing.NULL`."""
    block = "\n".join(map("\t".join, zip(*columns, strict=True)))
    if block:
        with cursor.copy(f"COPY {table} FROM STDIN") as copy:
            copy.write(f"{block}\n".encode())


def escaped(values: Sequence[str]) -> Sequence[str]:
    """Return texts as COPY wants them."""
    together = "\x00".join(values)
    if not any(letter in together for letter in UNSAFE):
        return values
    return [value.translate(ESCAPES) for value in values]


def texts(values: Iterable[object]) -> list[str]:
    """Return ids, numbers and truths as COPY wants them."""
    return list(map(str, values))


def _stage(cursor: Any, table: Table, chunk: Chunk, placement: Placement, ids: Sequence[str]) -> None:
    pick = _picker(placement.written, len(chunk))
    names = pick(chunk.column("name"))
    columns: list[Sequence[str]] = [ids, ["t" if is_new else "f" for is_new in placement.is_new]]
    columns += [escaped(pick(chunk.column(name))) for name in table.texts]
    for name, _kind in table.nullable:
        key = name.removesuffix("_id")
        columns.append([value or NULL for value in pick(chunk.column(key))])
    columns.append(escaped(pick(chunk.fields)))
    keys = [search_keys(bare_company_name(name) if table is COMPANY else name) for name in names]
    columns += [[pairs for pairs, _first in keys], [first for _pairs, first in keys]]
    cursor.execute(table.stage)
    cursor.execute(f"TRUNCATE staged_{table.name}")
    copy_into(cursor, f"staged_{table.name}", columns)


def _picker(positions: Sequence[int], size: int) -> Callable[[list[str]], list[str]]:
    if len(positions) == size:
        return lambda values: values
    return lambda values: [values[position] for position in positions]


@lru_cache(maxsize=NAMES_REMEMBERED)
def search_keys(name: str) -> tuple[str, str]:
    """Return by which pieces and first consonants a name is found, as COPY wants them."""
    return "{" + ",".join(bigrams(name)) + "}", initials(name)[:200]


def _identify(cursor: Any, author: Author, keys: FreshKeys) -> list[str]:
    if not keys:
        return []
    ids = uuid7_texts(len(keys))
    cursor.execute(STAGE_KEYS)
    cursor.execute("TRUNCATE staged_key")
    places = texts(range(len(keys)))
    copy_into(cursor, "staged_key", [ids, keys.owners, keys.kinds, escaped(keys.values), keys.strong, places])
    told = [author.workspace_id, author.origin, author.started_at]
    cursor.execute(IDENTIFY, told)
    cursor.execute(IDENTIFY_BY_PHONE, told)
    return ids
