"""The consent ledger: what people agreed to and took back, line by line; the newest line stands."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol import facts
from dangol.customers.enums import Channel, ConsentBasis, ConsentState, Purpose
from dangol.customers.models import ConsentEntry, Person
from dangol.customers.queries import existing_customer_until
from dangol.kit import bus
from dangol.kit.errors import OperationError
from dangol.kit.ids import uuid7
from dangol.workspaces.models import Member

APPEND = """
INSERT INTO customers_consententry (
    workspace_id, id, person_id, purpose, channel, state, night, basis, expires_at, at, wording_version, source,
    evidence, by_id, recorded_at
)
SELECT %s, line.*, %s, %s
FROM unnest(
    %s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::text[], %s::bool[], %s::text[], %s::timestamptz[],
    %s::timestamptz[], %s::text[], %s::text[], %s::jsonb[]
) AS line
"""

# The newest line of each person, purpose and channel stands. At the same moment the later id wins.
STAND = """
INSERT INTO customers_consent AS standing (
    workspace_id, id, person_id, purpose, channel, state, night, basis, expires_at, at, entry_id
)
SELECT DISTINCT ON (person_id, purpose, channel)
    workspace_id, gen_random_uuid(), person_id, purpose, channel, state, night, basis, expires_at, at, id
FROM customers_consententry
WHERE workspace_id = %s AND id = ANY(%s)
ORDER BY person_id, purpose, channel, at DESC, id DESC
ON CONFLICT (workspace_id, person_id, purpose, channel) DO UPDATE
SET state = excluded.state, night = excluded.night, basis = excluded.basis, expires_at = excluded.expires_at,
    at = excluded.at, entry_id = excluded.entry_id
WHERE (excluded.at, excluded.entry_id) > (standing.at, standing.entry_id)
"""


class UnableToGiveConsent(OperationError):
    """The consent could not be recorded as it was described."""


@dataclass(frozen=True, kw_only=True)
class NewConsent:
    """One line for the ledger, before it has an id."""

    person_id: UUID
    purpose: str
    channel: str
    state: str
    at: datetime
    source: str
    night: bool = False
    basis: str = ConsentBasis.EXPLICIT
    expires_at: datetime | None = None
    wording_version: str = ""
    evidence: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def give_consent(
    *,
    person: Person,
    channel: str,
    purpose: str,
    at: datetime,
    source: str,
    night: bool = False,
    basis: str = ConsentBasis.EXPLICIT,
    expires_at: datetime | None = None,
    wording_version: str = "",
    evidence: dict[str, Any] | None = None,
    by: Member | None = None,
) -> ConsentEntry:
    """
    Write down that a person agreed, and publish ConsentGiven.

    :param at: when the person agreed; an older line than the newest one is kept, but does not stand
    :param night: the person agreed to advertising between 21:00 and 08:00 too
    :param expires_at: a consent as an existing customer ends six months after `at` at the latest
    :raises UnableToGiveConsent: without a source, or with an end before the beginning
    """
    (entry_id,) = give_consents(
        workspace_id=person.workspace_id, person_ids=[person.pk], channel=channel, purpose=purpose, at=at,
        source=source, night=night, basis=basis, expires_at=expires_at, wording_version=wording_version,
        evidence=evidence, by=by,
    )  # fmt: skip
    bus.publish(
        facts.ConsentGiven(
            workspace_id=person.workspace_id, person_id=person.pk, entry_id=entry_id, purpose=purpose, channel=channel
        )
    )
    return ConsentEntry.objects.get(workspace_id=person.workspace_id, pk=entry_id)


@transaction.atomic
def withdraw_consent(
    *,
    person: Person,
    channel: str,
    purpose: str,
    at: datetime,
    source: str,
    by: Member | None = None,
    evidence: dict[str, Any] | None = None,
) -> ConsentEntry:
    """Write down that a person took consent back, or refused before being asked, and publish ConsentWithdrawn."""
    line = NewConsent(
        person_id=person.pk, purpose=Purpose(purpose), channel=Channel(channel), state=ConsentState.WITHDRAWN, at=at,
        source=_required(source), evidence=evidence or {},
    )  # fmt: skip
    (entry_id,) = append_to_ledger(workspace_id=person.workspace_id, lines=[line], by=by)
    bus.publish(
        facts.ConsentWithdrawn(
            workspace_id=person.workspace_id, person_id=person.pk, entry_id=entry_id, purpose=purpose, channel=channel
        )
    )
    return ConsentEntry.objects.get(workspace_id=person.workspace_id, pk=entry_id)


def give_consents(
    *,
    workspace_id: UUID,
    person_ids: Sequence[UUID],
    channel: str,
    purpose: str,
    at: datetime,
    source: str,
    night: bool = False,
    basis: str = ConsentBasis.EXPLICIT,
    expires_at: datetime | None = None,
    wording_version: str = "",
    evidence: dict[str, Any] | None = None,
    by: Member | None = None,
) -> list[UUID]:
    """
    Write down the same consent of many people in two statements, and return the ids of the lines.

    Publishes nothing: whoever brings in many people publishes one fact about all of them.
    """
    end = _end(at=at, basis=basis, expires_at=expires_at)
    lines = [
        NewConsent(
            person_id=person_id,
            purpose=Purpose(purpose),
            channel=Channel(channel),
            state=ConsentState.GIVEN,
            at=at,
            source=source,
            night=night,
            basis=ConsentBasis(basis),
            expires_at=end,
            wording_version=wording_version,
            evidence=evidence or {},
        )
        for person_id in person_ids
    ]
    return append_to_ledger(workspace_id=workspace_id, lines=lines, by=by)


def append_to_ledger(*, workspace_id: UUID, lines: Sequence[NewConsent], by: Member | None = None) -> list[UUID]:
    """Append lines to the ledger and let the newest of each person, purpose and channel stand. Publishes nothing."""
    if not lines:
        return []
    ids = [uuid7() for _line in lines]
    columns: list[Any] = [
        ids,
        [line.person_id for line in lines],
        [str(line.purpose) for line in lines],
        [str(line.channel) for line in lines],
        [str(line.state) for line in lines],
        [line.night for line in lines],
        [str(line.basis) for line in lines],
        [line.expires_at for line in lines],
        [line.at for line in lines],
        [line.wording_version for line in lines],
        [_required(line.source) for line in lines],
        [json.dumps(line.evidence) for line in lines],
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(APPEND, [workspace_id, by.pk if by else None, timezone.now(), *columns])
        cursor.execute(STAND, [workspace_id, ids])
    return ids


def _end(*, at: datetime, basis: str, expires_at: datetime | None) -> datetime | None:
    if expires_at is not None and expires_at <= at:
        raise UnableToGiveConsent(_("The consent would end before it begins. Choose a later end."))
    if basis != ConsentBasis.EXISTING_CUSTOMER:
        return expires_at
    latest = existing_customer_until(at)
    return min(expires_at, latest) if expires_at else latest


def _required(source: str) -> str:
    if not source.strip():
        raise UnableToGiveConsent(_("Say where the consent comes from."))
    return source
