"""Two persons' consents become one's: where they contradict each other, the stricter one stands."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import connection

from dangol.customers.enums import ConsentState
from dangol.customers.operations.consent import NewConsent, append_to_ledger
from dangol.customers.queries.merging import Standing, strictest
from dangol.workspaces.models import Member

SOURCE = "merge"
FROM_THE_FIRST = UUID(int=0)

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


def stricter(lines: Sequence[Standing], *, now: datetime) -> NewConsent | None:
    """Return the line that has to be added so that the stricter terms stand, or None where the newest is it."""
    newest, terms = lines[-1], strictest(lines)
    if newest.terms == terms:
        return None
    return NewConsent(
        person_id=newest.person_id, purpose=newest.purpose, channel=newest.channel, state=terms.state,
        night=terms.night, basis=terms.basis, expires_at=terms.expires_at, source=SOURCE,
        at=now if terms.state == ConsentState.WITHDRAWN else newest.at,
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
        ours = set(written)
        found = [line for line in cursor.fetchall() if line[3] not in ours]
    lines = [
        NewConsent(
            person_id=merged_id, purpose=purpose, channel=channel, state=ConsentState.WITHDRAWN, at=at,
            source="unmerge", evidence={"entry": str(entry_id)},
        )
        for purpose, channel, at, entry_id in found
    ]  # fmt: skip
    append_to_ledger(workspace_id=workspace_id, lines=lines, by=by)
