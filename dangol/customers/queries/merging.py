"""What a merge would do, before it is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from dangol.customers.contracts import LinkedTable, OnMerge
from dangol.customers.enums import Channel, ConsentBasis, ConsentState, Purpose

STANDING = """
SELECT person_id, purpose, channel, state, night, basis, expires_at, at, entry_id
FROM customers_consent WHERE workspace_id = %s AND person_id = ANY(%s) ORDER BY purpose, channel, at, entry_id
"""

COUNT = 'SELECT %s, count(*) FROM "{table}" WHERE workspace_id = %s AND "{column}" = %s'

JOINED = (OnMerge.MOVE, OnMerge.KEEP_ONE, OnMerge.ADD)


class Terms(NamedTuple):
    """What is agreed to."""

    state: str
    night: bool
    basis: str
    expires_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What one person's ledger says for one purpose and channel."""

    person_id: UUID
    purpose: str
    channel: str
    state: str
    night: bool
    basis: str
    expires_at: datetime | None
    at: datetime
    entry_id: UUID

    @property
    def terms(self) -> Terms:
        return Terms(self.state, self.night, self.basis, self.expires_at)


def standing_of(workspace_id: UUID, person_ids: Sequence[UUID]) -> list[tuple[Standing, ...]]:
    """Return what stands, together for each purpose and channel, the older first."""
    names = ("person_id", "purpose", "channel", "state", "night", "basis", "expires_at", "at", "entry_id")
    with connection.cursor() as cursor:
        cursor.execute(STANDING, [workspace_id, list(person_ids)])
        found = [Standing(**dict(zip(names, line, strict=True))) for line in cursor.fetchall()]
    topics = dict.fromkeys((line.purpose, line.channel) for line in found)
    return [tuple(line for line in found if (line.purpose, line.channel) == topic) for topic in topics]


def strictest(lines: Sequence[Standing]) -> Terms:
    """Return what stands when these become one's: a withdrawal before a consent, the narrower of two consents."""
    newest = lines[-1]
    withdrawn = [line for line in lines if line.state == ConsentState.WITHDRAWN]
    if withdrawn:
        same = newest if newest.state == ConsentState.WITHDRAWN else None
        return same.terms if same else Terms(ConsentState.WITHDRAWN.value, False, newest.basis, None)
    ends = [line.expires_at for line in lines if line.expires_at]
    explicit = all(line.basis == ConsentBasis.EXPLICIT for line in lines)
    basis = ConsentBasis.EXPLICIT if explicit else ConsentBasis.EXISTING_CUSTOMER
    return Terms(ConsentState.GIVEN.value, all(line.night for line in lines), basis.value, min(ends, default=None))


@dataclass(frozen=True)
class ConsentOutcome:
    """What will stand for one purpose and channel, and whether the two said different things."""

    purpose: str
    channel: str
    state: str
    contradicts: bool

    @property
    def is_given(self) -> bool:
        return self.state == ConsentState.GIVEN


def consents_after_merge(workspace_id: UUID, person_ids: Sequence[UUID]) -> list[ConsentOutcome]:
    """Return what will stand for each purpose and channel that one of them spoke about."""
    return [
        ConsentOutcome(
            str(Purpose(lines[0].purpose).label),
            str(Channel(lines[0].channel).label),
            strictest(lines).state,
            len({line.state for line in lines}) > 1,
        )
        for lines in standing_of(workspace_id, person_ids)
    ]


def rows_to_join(workspace_id: UUID, merged_id: UUID, tables: Sequence[LinkedTable]) -> list[tuple[str, int]]:
    """Return how many rows of which kind would come to the keeper, by their title."""
    asked = [table for table in tables if table.on_merge in JOINED]
    sql = " UNION ALL ".join(COUNT.format(table=table.table, column=table.column) for table in asked)
    values = [value for table in asked for value in (str(table.title), workspace_id, merged_id)]
    counts: dict[str, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        for title, count in cursor.fetchall():
            counts[title] = counts.get(title, 0) + count
    return [(title, count) for title, count in counts.items() if count]
