"""Everything that the rules look at, for any number of people in a constant number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from dangol.customers.models import Person
from dangol.kit import tenancy
from dangol.messaging.contracts import MARKETING, ConsentOnRecord, ContactFacts, Holdout, RulesOnRecord
from dangol.messaging.models import ContactRules, Sender
from dangol.messaging.queries.clusters import cluster_keys
from dangol.messaging.queries.mutes import people_who_muted
from dangol.relations.queries import attention_loads, people_hurt

LAST_ID = UUID(int=(1 << 128) - 1)


@dataclass(frozen=True, kw_only=True)
class Contact:
    """One contact that the policy is asked about. `message_id` is set at hand-off, where messages have their turns."""

    person_id: UUID
    channel: str
    purpose: str
    origin_id: UUID
    message_id: UUID | None = None
    expires_at: datetime | None = None


# At hand-off a queued message counts those before it only; else two that wait for one place would wait for each other.
STANDING = """
WITH asked AS (
    SELECT * FROM unnest(%(people)s::uuid[], %(channels)s::text[], %(purposes)s::text[], %(turns)s::uuid[])
        WITH ORDINALITY AS asked (person_id, channel, purpose, turn, nth)
), found AS (
    SELECT asked.*, person.time_zone, person.born_on, CASE
            WHEN asked.channel = 'email' THEN lower(person.email)
            WHEN asked.channel IN ('sms', 'kakao', 'phone') THEN person.phone
            ELSE '' END AS address
    FROM asked
    JOIN customers_person AS person ON person.workspace_id = %(workspace)s AND person.id = asked.person_id
)
SELECT found.nth, found.address, found.time_zone, suppression.reason,
       consent.state, consent.basis, consent.at, consent.expires_at, consent.night, recent.ats,
       EXISTS (SELECT FROM customers_restriction AS restriction WHERE restriction.workspace_id = %(workspace)s
           AND restriction.person_id = found.person_id AND restriction.lifted_at IS NULL),
       coalesce(extract(year FROM age((consent.at AT TIME ZONE 'Asia/Seoul')::date, found.born_on)) < 14, false)
           AND NOT EXISTS (SELECT FROM customers_guardianconsent AS guardian
               WHERE guardian.workspace_id = %(workspace)s AND guardian.person_id = found.person_id
                   AND guardian.withdrawn_at IS NULL)
FROM found
LEFT JOIN messaging_suppression AS suppression ON suppression.workspace_id = %(workspace)s
    AND suppression.channel = found.channel AND suppression.address = found.address
LEFT JOIN customers_consent AS consent ON consent.workspace_id = %(workspace)s AND consent.person_id = found.person_id
    AND consent.channel = found.channel AND consent.purpose = found.purpose
LEFT JOIN LATERAL (
    SELECT array_agg(newest.at ORDER BY newest.at DESC) AS ats FROM (
        SELECT coalesce(sent_at, claimed_at, due_at) AS at FROM messaging_message AS message
        WHERE message.workspace_id = %(workspace)s AND message.person_id = found.person_id
            AND message.purpose = 'marketing'
            AND (message.state IN ('sent', 'handing_off', 'unknown')
                OR (message.state = 'queued' AND message.id < found.turn))
            AND coalesce(sent_at, claimed_at, due_at) > %(now)s - %(days)s * interval '1 day'
        ORDER BY 1 DESC LIMIT %(cap)s
    ) AS newest
) AS recent ON found.purpose = 'marketing'
ORDER BY found.nth
"""


@dataclass(frozen=True)
class _Shared:
    """What holds for all contacts of one question."""

    rules: RulesOnRecord
    sender_lacks: tuple[str, ...]
    hurt: dict[UUID, str]
    loads: dict[UUID, float]
    clusters: dict[UUID, str]
    muted: set[tuple[UUID, UUID]]


def load_facts(
    contacts: Sequence[Contact], *, workspace_id: UUID, now: datetime, holdout: Holdout | None = None
) -> list[tuple[Contact, ContactFacts]]:
    """
    Return each contact with its facts, in the order asked. People who are not in the workspace are left out.

    Of people in the trash it is told that they are `gone`, after the others.
    """
    if not contacts:
        return []
    shared = _load_shared(contacts, workspace_id=workspace_id, now=now, holdout=holdout)
    rows = _load_standing(contacts, workspace_id=workspace_id, now=now, rules=shared.rules)
    told = [(contacts[row[0] - 1], _facts_of(contacts[row[0] - 1], row, shared, now, holdout)) for row in rows]
    if len(told) == len(contacts):
        return told
    return told + _load_gone(contacts, workspace_id=workspace_id, now=now, rules=shared.rules)


def rules_of(workspace_id: UUID) -> RulesOnRecord:
    """Return the workspace's own limits, or the defaults if it never set any."""
    row = ContactRules.objects.filter(workspace_id=workspace_id).values(*RulesOnRecord.__struct_fields__).first()
    return RulesOnRecord(**row) if row else RulesOnRecord()


def hold_expires_hours(workspace_id: UUID) -> int:
    """Return after how many hours a message that waits is out of date."""
    row = ContactRules.objects.filter(workspace_id=workspace_id).values_list("hold_expires_hours").first()
    return row[0] if row else int(ContactRules._meta.get_field("hold_expires_hours").default)


def sender_lacks(workspace_id: UUID) -> tuple[str, ...]:
    """Return which parts of the legal sender are not filled in."""
    parts = ("name", "email", "phone", "postal_address")
    row = Sender.objects.filter(workspace_id=workspace_id).values(*parts).first() or {}
    return tuple(part for part in parts if not str(row.get(part, "")).strip())


def _load_shared(contacts: Sequence[Contact], *, workspace_id: UUID, now: datetime, holdout: Holdout | None) -> _Shared:
    people = list({contact.person_id for contact in contacts})
    rules = rules_of(workspace_id)
    return _Shared(
        rules=rules,
        sender_lacks=sender_lacks(workspace_id),
        hurt=people_hurt(person_ids=people, now=now),
        loads=attention_loads(person_ids=people, now=now, half_life_hours=rules.attention_half_life_hours),
        clusters=cluster_keys(people) if holdout is not None else {},
        muted=_load_muted(contacts, workspace_id, people),
    )


def _load_muted(contacts: Sequence[Contact], workspace_id: UUID, people: Sequence[UUID]) -> set[tuple[UUID, UUID]]:
    """Return (person, origin) pairs. Costs a query or two per origin, of which a question has few."""
    origins = {contact.origin_id for contact in contacts if contact.purpose == MARKETING}
    return {
        (person_id, origin_id)
        for origin_id in origins
        for person_id in people_who_muted(workspace_id=workspace_id, origin_id=origin_id, person_ids=people)
    }


def _load_standing(
    contacts: Sequence[Contact], *, workspace_id: UUID, now: datetime, rules: RulesOnRecord
) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            STANDING,
            {
                "workspace": workspace_id,
                "people": [contact.person_id for contact in contacts],
                "channels": [contact.channel for contact in contacts],
                "purposes": [contact.purpose for contact in contacts],
                "turns": [contact.message_id or LAST_ID for contact in contacts],
                "now": now,
                "days": rules.cap_days,
                "cap": rules.cap_count,
            },
        )
        return list(cursor.fetchall())


def _load_gone(
    contacts: Sequence[Contact], *, workspace_id: UUID, now: datetime, rules: RulesOnRecord
) -> list[tuple[Contact, ContactFacts]]:
    with tenancy.open_trash():
        lying = Person.objects.filter(workspace_id=workspace_id, deleted_at__isnull=False)
        gone = set(lying.filter(pk__in={contact.person_id for contact in contacts}).values_list("pk", flat=True))
    return [
        (contact, ContactFacts(now=now, channel=contact.channel, purpose=contact.purpose, rules=rules, gone=True))
        for contact in contacts
        if contact.person_id in gone
    ]


def _facts_of(
    contact: Contact, row: tuple[Any, ...], shared: _Shared, now: datetime, holdout: Holdout | None
) -> ContactFacts:
    _nth, address, time_zone, suppressed, state, basis, at, expires_at, night, recent, restricted, guardian_missing = (
        row
    )
    return ContactFacts(
        now=now,
        channel=contact.channel,
        purpose=contact.purpose,
        rules=shared.rules,
        address=address,
        restricted=restricted,
        guardian_missing=guardian_missing,
        suppressed=suppressed or "",
        muted=(contact.person_id, contact.origin_id) in shared.muted,
        consent=ConsentOnRecord(state, basis, at, expires_at, night) if state else None,
        sender_lacks=shared.sender_lacks,
        time_zone=time_zone,
        hurt=shared.hurt.get(contact.person_id, ""),
        contacts=tuple(recent or ()),
        attention_load=shared.loads.get(contact.person_id, 0.0),
        cluster=shared.clusters.get(contact.person_id, ""),
        holdout_salt=holdout.salt if holdout else "",
        holdout_percent=holdout.percent if holdout else 0.0,
        expires_at=contact.expires_at,
    )
