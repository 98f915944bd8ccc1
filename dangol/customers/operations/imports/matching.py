"""Who is meant: every sound line is about somebody known, about somebody new, or contradicts what is known."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from dangol.customers.enums import RECORDS, ImportTarget, OnDuplicate, ProblemCode, object_of, sort_of
from dangol.customers.operations.imports.reading import NO_FIELDS, Chunk
from dangol.customers.queries.rights import erased_keys
from dangol.customers.queries.sharing import shared_keys
from dangol.kit import tenancy
from dangol.kit.ids import uuid7_texts

Key = tuple[str, str]
FIRST_WINS = {"external_id", "business_number"}

# LIMIT keeps each look-up apart, by its index, whatever the planner believes about tables that grew a moment ago. Where
# `kind` stands in an expression, the index that begins with it is no way to one person's few rows.
KNOWN_PEOPLE = """
SELECT wanted.kind, wanted.value, i.person_id, coalesce(number.value, ''), p.id IS NULL
FROM unnest(%(kinds)s::text[], %(values)s::text[]) AS wanted(kind, value)
CROSS JOIN LATERAL (
    SELECT person_id FROM customers_identity
    WHERE workspace_id = %(workspace)s AND kind = wanted.kind AND value = wanted.value LIMIT 1
) AS i
LEFT JOIN LATERAL (
    SELECT id FROM customers_person WHERE workspace_id = %(workspace)s AND id = i.person_id LIMIT 1
) AS p ON true
LEFT JOIN LATERAL (
    SELECT value FROM customers_identity
    WHERE workspace_id = %(workspace)s AND person_id = i.person_id AND kind || '' = 'external_id' LIMIT 20
) AS number ON true
"""

KNOWN_COMPANIES = """
SELECT wanted.kind, wanted.value, c.id, c.external_id, c.deleted_at IS NOT NULL
FROM unnest(%(kinds)s::text[], %(values)s::text[]) AS wanted(kind, value)
CROSS JOIN LATERAL (
    (SELECT id, external_id, deleted_at FROM customers_company
    WHERE wanted.kind = 'external_id' AND workspace_id = %(workspace)s AND external_id = wanted.value
        AND external_id <> '' LIMIT 1)
    UNION ALL
    (SELECT id, external_id, deleted_at FROM customers_company
    WHERE wanted.kind = 'business_number' AND workspace_id = %(workspace)s AND business_number = wanted.value
        AND business_number <> '' LIMIT 1)
    UNION ALL
    (SELECT id, external_id, deleted_at FROM customers_company
    WHERE wanted.kind = 'name' AND workspace_id = %(workspace)s AND name = wanted.value AND deleted_at IS NULL
    ORDER BY id LIMIT 1)
) AS c
"""

KNOWN_RECORDS = """
SELECT wanted.kind, wanted.value, r.id, r.external_id, r.deleted_at IS NOT NULL
FROM unnest(%(kinds)s::text[], %(values)s::text[]) AS wanted(kind, value)
JOIN customers_customobject own ON own.workspace_id = %(workspace)s AND own.key = %(object)s
CROSS JOIN LATERAL (
    (SELECT id, external_id, deleted_at FROM customers_customrecord
    WHERE wanted.kind = 'external_id' AND workspace_id = %(workspace)s AND object_id = own.id
        AND external_id = wanted.value AND external_id <> '' LIMIT 1)
    UNION ALL
    (SELECT id, external_id, deleted_at FROM customers_customrecord
    WHERE wanted.kind = 'name' AND workspace_id = %(workspace)s AND object_id = own.id AND name = wanted.value
        AND deleted_at IS NULL ORDER BY id LIMIT 1)
) AS r
"""


@dataclass(frozen=True)
class Recognition:
    """
    By which columns records of one kind are recognised: a weak key counts only where no strong one is given.

    `are_unique` says that no two records can have the same strong key: a second one is made without it.
    """

    strong: tuple[str, str]
    weak: str
    conflict: ProblemCode
    statement: str
    needs_name: bool = False
    are_unique: bool = False


RECOGNITION = {
    ImportTarget.PEOPLE.value: Recognition(("external_id", "email"), "phone", ProblemCode.TAKEN_EMAIL, KNOWN_PEOPLE),
    ImportTarget.COMPANIES.value: Recognition(
        ("external_id", "business_number"),
        "name",
        ProblemCode.OTHER_NUMBER,
        KNOWN_COMPANIES,
        are_unique=True,
    ),
    RECORDS: Recognition(
        ("external_id", ""),
        "name",
        ProblemCode.OTHER_NUMBER,
        KNOWN_RECORDS,
        needs_name=True,
        are_unique=True,
    ),
}


@dataclass(slots=True)
class Known:
    """
    Somebody whom a key leads to. `position` is the line of this chunk that is written for them, or -1.

    Who was erased has no id.
    """

    id: str
    numbers: tuple[str, ...] = ()
    in_trash: bool = False
    position: int = -1
    is_erased: bool = False


@dataclass(slots=True)
class FreshKeys:
    """Keys that lead to nobody yet, column by column; `numbers` are the customer numbers of those they now lead to."""

    owners: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    strong: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.owners)

    def add(self, owner: str, key: Key, number: str, *, is_strong: bool) -> None:
        """Let one key lead to its owner."""
        self.extend([owner], key[0], [key[1]], [number], is_strong=is_strong)

    def extend(
        self, owners: Sequence[str], kind: str, values: Sequence[str], numbers: Sequence[str], *, is_strong: bool
    ) -> None:
        """Let many keys of a kind lead to their owners."""
        self.owners += owners
        self.kinds += [kind] * len(owners)
        self.values += values
        self.numbers += numbers
        self.strong += ["t" if is_strong else "f"] * len(owners)


@dataclass(slots=True)
class Placement:
    """
    What becomes of the lines of a chunk.

    `ids` says for every line whom it is about; None where the line is left out. `written` are the positions whose
    values are written, `is_new` says for each whether the record is made. `keys` are those that nobody has yet.
    """

    ids: list[str | None]
    written: list[int] = field(default_factory=list)
    is_new: list[bool] = field(default_factory=list)
    keys: FreshKeys = field(default_factory=FreshKeys)
    wrong: dict[int, ProblemCode] = field(default_factory=dict)
    created: int = 0
    known: int = 0
    folded: int = 0


def leave_out_shared(chunk: Chunk, *, workspace_id: UUID, kind: str) -> None:
    """Tell a chunk which of its addresses and numbers several people share: they recognise nobody."""
    if kind == ImportTarget.PEOPLE:
        keys = {(key, value) for key in ("email", "phone") for value in chunk.column(key)}
        chunk.shared = shared_keys(workspace_id=workspace_id, keys=keys)


def wanted_keys(chunk: Chunk, kind: str) -> set[Key]:
    """Return every key by which a line of the chunk is recognised."""
    told = RECOGNITION[sort_of(kind)]
    first, second, weak = (chunk.key_column(key) for key in (*told.strong, told.weak))
    keys = {(told.strong[0], value) for value in first if value}
    keys |= {(told.strong[1], value) for value in second if value}
    keys |= {(told.weak, w) for a, b, w in zip(first, second, weak, strict=True) if w and not a and not b}
    return keys


def look_up(*, workspace_id: UUID, kind: str, keys: Iterable[Key]) -> dict[Key, Known]:
    """Return whom the keys lead to, in one statement. Who is in the trash is found too, but not by a name."""
    ordered = sorted(keys)
    if not ordered:
        return {}
    kinds, values = (list(part) for part in zip(*ordered, strict=True))
    told: dict[str, Any] = {"kinds": kinds, "values": values, "workspace": workspace_id, "object": object_of(kind)}
    with nullcontext() if kind == ImportTarget.PEOPLE else tenancy.open_trash(), connection.cursor() as cursor:
        cursor.execute(RECOGNITION[sort_of(kind)].statement, told)
        found = cursor.fetchall()
    people: dict[UUID, Known] = {}
    known = {}
    for key_kind, value, person_id, number, in_trash in found:
        person = people.get(person_id)
        if person is None:
            person = people[person_id] = Known(str(person_id), (), in_trash)
        if number and number not in person.numbers:
            person.numbers += (number,)
        known[key_kind, value] = person
    if kind == ImportTarget.PEOPLE:
        unknown = [key for key in ordered if key not in known]
        known |= dict.fromkeys(erased_keys(workspace_id=workspace_id, keys=unknown), Known("", is_erased=True))
    return known


def place(chunk: Chunk, known: dict[Key, Known], *, kind: str, on_duplicate: str) -> Placement:
    """
    Decide line by line, in the order of the file. `known` learns the new ones.

    Lines about the same record are folded into the first of them, as if they had been written one after the other.
    """
    told = RECOGNITION[sort_of(kind)]
    placement = None if known else _all_new(chunk, told)
    if placement is not None:
        return placement
    placer = _Placer(chunk, known, told, OnDuplicate(on_duplicate))
    for position, keys in enumerate(placer.keys()):
        placer.decide(position, keys)
    return placer.placement


def _all_new(chunk: Chunk, told: Recognition) -> Placement | None:
    """The usual chunk of a first import, column by column: nobody is known or comes twice. None if it is not so."""
    if chunk.shared or (told.needs_name and not all(chunk.column("name"))):
        return None
    first, second, weak = (chunk.column(key) for key in (*told.strong, told.weak))
    strong = [value for column in (first, second) for value in column if value]
    alone = any(not one and not two for one, two in zip(first, second, strict=True))
    phones = [value for value in weak if value]
    if len(set(strong)) < len(strong) or (alone and len(set(phones)) < len(phones)):
        return None
    size = len(chunk)
    ids = uuid7_texts(size)
    placement = Placement(list(ids), list(range(size)), [True] * size, created=size)
    numbers = chunk.column("external_id")
    for kind, column in zip(told.strong, (first, second), strict=True):
        rows = [row for row in zip(ids, column, numbers, strict=True) if row[1]]
        placement.keys.extend(*_columns(rows, kind), is_strong=True)
    firsts = {
        value: (owner, value, number) for owner, value, number in zip(ids[::-1], weak[::-1], numbers[::-1], strict=True)
    }
    firsts.pop("", None)
    placement.keys.extend(*_columns(list(firsts.values()), told.weak), is_strong=False)
    return placement


def _columns(rows: Sequence[tuple[str, str, str]], kind: str) -> tuple[list[str], str, list[str], list[str]]:
    return [row[0] for row in rows], kind, [row[1] for row in rows], [row[2] for row in rows]


class _Placer:
    def __init__(self, chunk: Chunk, known: dict[Key, Known], told: Recognition, choice: OnDuplicate) -> None:
        self._chunk = chunk
        self._known = known
        self._told = told
        self._choice = choice
        self._ids = iter(uuid7_texts(len(chunk)))
        self._weak = chunk.key_column(told.weak)
        self._numbers = chunk.column("external_id")
        self.placement = Placement([None] * len(chunk))

    def keys(self) -> Iterator[list[Key]]:
        (one, two), weak = self._told.strong, self._told.weak
        first, second = self._chunk.key_column(one), self._chunk.key_column(two)
        for a, b, w in zip(first, second, self._weak, strict=True):
            if a:
                yield [(one, a), (two, b)] if b else [(one, a)]
            else:
                yield [(two, b)] if b else [(weak, w)]

    def decide(self, position: int, keys: Sequence[Key]) -> None:
        known, placement = self._known, self.placement
        if not keys[0][1]:
            placement.known += 1
            placement.wrong[position] = ProblemCode.SHARED_ADDRESS
            return
        led_to = [known[key] for key in keys if key in known]
        found = [person for person in led_to if not person.is_erased] or led_to
        if not found:
            self._create(position, keys)
            return
        person, number = found[0], self._numbers[position]
        placement.known += 1
        if person.is_erased:
            placement.wrong[position] = ProblemCode.ERASED
        elif person.in_trash:
            placement.wrong[position] = ProblemCode.IN_TRASH
        elif len(found) > 1 and found[1] is not person and found[1].id != person.id:
            placement.wrong[position] = self._told.conflict
        elif self._choice is OnDuplicate.SKIP:
            return
        elif self._choice is OnDuplicate.NEW:
            placement.known -= 1
            self._leave_taken(position, keys)
            self._create(position, [key for key in keys if key not in known])
        elif number and person.numbers and number not in person.numbers:
            placement.wrong[position] = self._told.conflict
        else:
            self._meet(position, person, keys)

    def _leave_taken(self, position: int, keys: Sequence[Key]) -> None:
        for name, value in keys if self._told.are_unique else ():
            if name in self._told.strong and (name, value) in self._known:
                self._chunk.columns[name][position] = ""

    def _create(self, position: int, keys: Sequence[Key]) -> None:
        if self._told.needs_name and not self._chunk.column("name")[position]:
            self.placement.known += 1
            self.placement.wrong[position] = ProblemCode.NAMELESS
            return
        number = self._numbers[position]
        person = Known(next(self._ids), (number,) if number else (), position=position)
        self.placement.created += 1
        self._write(position, person, is_new=True)
        self._claim(position, person, keys)

    def _meet(self, position: int, person: Known, keys: Sequence[Key]) -> None:
        self.placement.ids[position] = person.id
        if person.position < 0:
            person.position = position
            self._write(position, person, is_new=False)
        else:
            self.placement.folded += 1
            fold(self._chunk, position, person.position, fill=self._choice is OnDuplicate.FILL)
        number = self._numbers[position]
        if number and number not in person.numbers:
            person.numbers += (number,)
        self._claim(position, person, [key for key in keys if key not in self._known])

    def _write(self, position: int, person: Known, *, is_new: bool) -> None:
        self.placement.ids[position] = person.id
        self.placement.written.append(position)
        self.placement.is_new.append(is_new)

    def _claim(self, position: int, person: Known, keys: Sequence[Key]) -> None:
        """Let the keys lead to the person. A weak key that leads to somebody stays with them."""
        number = person.numbers[0] if person.numbers else ""
        for key in keys:
            self._known[key] = person
            self.placement.keys.add(person.id, key, number, is_strong=key[0] != self._told.weak)
        weak = (self._told.weak, self._weak[position])
        if weak[1] and weak not in self._known:
            self._known[weak] = person
            self.placement.keys.add(person.id, weak, number, is_strong=False)


def fold(chunk: Chunk, later: int, earlier: int, *, fill: bool) -> None:
    """
    Write what a later line says over an earlier line about the same record; with `fill` only what is empty there.

    Whom the lines name stays with each of them: a thing may belong to several.
    """
    named = {column.key for column in chunk.links}
    for key, values in chunk.columns.items():
        if key in named:
            continue
        told, before = values[later], values[earlier]
        if not told:
            continue
        if key == "first_seen_at" and before:
            values[earlier] = before if fill else min(before, told, key=datetime.fromisoformat)
        elif not before or (not fill and key not in FIRST_WINS):
            values[earlier] = told
    if chunk.fields[later] != NO_FIELDS:
        one: dict[str, Any] = msgspec.json.decode(chunk.fields[earlier])
        two: dict[str, Any] = msgspec.json.decode(chunk.fields[later])
        chunk.fields[earlier] = msgspec.json.encode(two | one if fill else one | two).decode()
