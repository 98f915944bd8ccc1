"""Two persons' consents become one's: where they contradict each other, the stricter one stands."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from dangol.customers.enums import ConsentBasis, ConsentState
from dangol.customers.operations.consent import NewConsent, append_to_ledger
from dangol.workspaces.models import Member

SOURCE = "merge"
FROM_THE_FIRST = UUID(int=0)

STANDING = """
SELECT person_id, purpose, channel, state, night, basis, expires_at, at, entry_id
FROM customers_consent WHERE workspace_id = %s AND person_id = ANY(%s) ORDER BY purpose, channel, at, entry_id
"""

# The ledger decides again, from all its lines about this person.
STAND_ANEW = """
INSERT INTO customers_consent AS standing (
    workspace_id, id, person_id, purpose, channel, state, night, basis, expires_at, at, entry_id
)
SELECT DISTINCT ON (person_id, purpose, channel)
    workspace_id, gen_random_uuid(), person_id, purpose, channel, state, night, basis, expires_at, at, id
FROM customers_consententry
WHERE workspace_id = %s AND person_id = ANY(%s) AND id > %s
ORDER BY person_id, purpose, channel, at DESC, id DESC
ON CONFLICT (workspace_id, person_id, purpose, channel) DO UPDATE
SET state = excluded.state, night = excluded.night, basis = excluded.basis, expires_at = excluded.expires_at,
    at = excluded.at, entry_id = excluded.entry_id
WHERE (excluded.at, excluded.entry_id) > (standing.at, standing.entry_id)
"""

WITHDRAWN_SINCE = """
SELECT purpose, channel, at, id FROM customers_consententry
WHERE workspace_id = %s AND person_id = %s AND state = 'withdrawn' AND id > %s ORDER BY at, id
"""


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
    def terms(self) -> tuple[Any, ...]:
        return self.state, self.night, self.basis, self.expires_at


def standing_of(workspace_id: UUID, person_ids: Sequence[UUID]) -> list[tuple[Standing, ...]]:
    """Return what stands, together for each purpose and channel, the older first."""
    names = ("person_id", "purpose", "channel", "state", "night", "basis", "expires_at", "at", "entry_id")
    with connection.cursor() as cursor:
        cursor.execute(STANDING, [workspace_id, list(person_ids)])
        found = [Standing(**dict(zip(names, line, strict=True))) for line in cursor.fetchall()]
    topics = dict.fromkeys((line.purpose, line.channel) for line in found)
    return [tuple(line for line in found if (line.purpose, line.channel) == topic) for topic in topics]


def stricter(lines: Sequence[Standing], *, now: datetime) -> NewConsent | None:
    """Return the line that has to be added so that the stricter terms stand, or None where the newest is it."""
    newest = lines[-1]
    if any(line.state == ConsentState.WITHDRAWN for line in lines):
        terms: tuple[Any, ...] = (ConsentState.WITHDRAWN.value, False, newest.basis, None)
        if newest.state == ConsentState.WITHDRAWN:
            return None
    else:
        ends = [line.expires_at for line in lines if line.expires_at]
        explicit = all(line.basis == ConsentBasis.EXPLICIT for line in lines)
        basis = ConsentBasis.EXPLICIT if explicit else ConsentBasis.EXISTING_CUSTOMER
        terms = (ConsentState.GIVEN.value, all(line.night for line in lines), basis.value, min(ends, default=None))
        if newest.terms == terms:
            return None
    state, night, basis_told, expires_at = terms
    at = now if state == ConsentState.WITHDRAWN else newest.at
    return NewConsent(
        person_id=newest.person_id, purpose=newest.purpose, channel=newest.channel, state=state, night=night,
        basis=basis_told, expires_at=expires_at, at=at, source=SOURCE,
        evidence={"entries": [str(line.entry_id) for line in lines]},
    )  # fmt: skip


def let_stricter_stand(
    *, workspace_id: UUID, keep_id: UUID, both: Sequence[tuple[Standing, ...]], by: Member, now: datetime
) -> list[UUID]:
    """Write the lines that the merge makes necessary, let the ledger decide anew, and return the lines' ids."""
    drafts = [stricter(lines, now=now) for lines in both if len(lines) > 1]
    lines = [replace(line, person_id=keep_id) for line in drafts if line is not None]
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM customers_consent WHERE workspace_id = %s AND person_id = %s", [workspace_id, keep_id]
        )
    written = append_to_ledger(workspace_id=workspace_id, lines=lines, by=by)
    stand_anew(workspace_id=workspace_id, person_ids=[keep_id])
    return written


def stand_anew(*, workspace_id: UUID, person_ids: Sequence[UUID], since: UUID = FROM_THE_FIRST) -> None:
    """Let the newest line of the ledger stand where an older one does, of the lines written after that id."""
    with connection.cursor() as cursor:
        cursor.execute(STAND_ANEW, [workspace_id, list(person_ids), since])


def withdraw_for_both(
    *, workspace_id: UUID, keep_id: UUID, merged_id: UUID, since: UUID, written: Sequence[UUID], by: Member
) -> None:
    """Nobody knows which of the two withdrew while they were one: it holds for the other too."""
    with connection.cursor() as cursor:
        cursor.execute(WITHDRAWN_SINCE, [workspace_id, keep_id, since])
        found = [line for line in cursor.fetchall() if line[3] not in set(written)]
    lines = [
        NewConsent(
            person_id=merged_id, purpose=purpose, channel=channel, state=ConsentState.WITHDRAWN, at=at,
            source="unmerge", evidence={"entry": str(entry_id)},
        )
        for purpose, channel, at, entry_id in found
    ]  # fmt: skip
    append_to_ledger(workspace_id=workspace_id, lines=lines, by=by)
