"""The outbox: what will be sent, committed with its policy decision before any network call."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from dangol.kit.ids import uuid7
from dangol.messaging.enums import MessageState, Outcome
from dangol.messaging.models import PolicyDecision, TemplateVersion
from dangol.messaging.pulse import CHANNEL
from dangol.messaging.queries.contact_facts import hold_expires_hours

STATE_OF = {Outcome.ALLOW: MessageState.QUEUED, Outcome.HOLD: MessageState.HELD}


@dataclass(frozen=True, kw_only=True)
class QueueResult:
    """How many messages were queued and held, how many decisions refused, and how many had been queued before."""

    queued: int
    held: int
    refused: int
    repeated: int


INSERT = """
INSERT INTO messaging_message (workspace_id, id, person_id, template_version_id, decision_id, channel, purpose,
    origin_id,
    send_key, address, state, due_at, expires_at, attempts, claimed_by, error, created_at)
SELECT %(workspace)s, id, person_id, %(version)s, decision_id, channel, purpose, %(origin)s,
    send_key, address, state, due_at, expires_at, 0, '', '', %(now)s
FROM unnest(%(ids)s::uuid[], %(people)s::uuid[], %(decisions)s::uuid[], %(channels)s::text[], %(purposes)s::text[],
    %(keys)s::text[], %(addresses)s::text[], %(states)s::text[], %(dues)s::timestamptz[], %(expiries)s::timestamptz[])
    AS new (id, person_id, decision_id, channel, purpose, send_key, address, state, due_at, expires_at)
ON CONFLICT (workspace_id, send_key) DO NOTHING
RETURNING state
"""


def queue_messages(
    *,
    workspace_id: UUID,
    decisions: Sequence[PolicyDecision],
    template_version: TemplateVersion,
    origin_id: UUID,
    send_key_prefix: str,
    now: datetime,
    expires_at: datetime | None = None,
) -> QueueResult:
    """
    Store all decisions, and one message for each that allows or holds. Nothing leaves before the caller commits.

    The send key is `<prefix>:<person>`: asked again with the same prefix, nobody gets a second message.

    :param expires_at: when the message is no longer worth sending; without it, after the workspace's own hours
    """
    PolicyDecision.objects.bulk_create(decisions, batch_size=2000)
    sendable = [decision for decision in decisions if decision.outcome in STATE_OF]
    until = expires_at or now + timedelta(hours=hold_expires_hours(workspace_id))
    new = list(_insert(sendable, workspace_id, template_version.pk, origin_id, send_key_prefix, now, until))
    queued, held = new.count(MessageState.QUEUED), new.count(MessageState.HELD)
    if queued:
        wake_outbox(workspace_id)
    return QueueResult(
        queued=queued, held=held, refused=len(decisions) - len(sendable), repeated=len(sendable) - queued - held
    )


def wake_outbox(workspace_id: UUID) -> None:
    """Tell the delivering processes, at commit, that this workspace has something due."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(workspace_id)])


def _insert(  # noqa: PLR0917 - the columns that all rows share
    decisions: Sequence[PolicyDecision],
    workspace_id: UUID,
    version_id: UUID,
    origin_id: UUID,
    prefix: str,
    now: datetime,
    until: datetime,
) -> Iterator[str]:
    if not decisions:
        return
    columns: dict[str, Any] = {
        "workspace": workspace_id,
        "version": version_id,
        "origin": origin_id,
        "now": now,
        "ids": [uuid7() for _decision in decisions],
        "people": [decision.person_id for decision in decisions],
        "decisions": [decision.pk for decision in decisions],
        "channels": [decision.channel for decision in decisions],
        "purposes": [decision.purpose for decision in decisions],
        "keys": [f"{prefix}:{decision.person_id}" for decision in decisions],
        "addresses": [decision.facts.get("address", "") for decision in decisions],
        "states": [STATE_OF[Outcome(decision.outcome)].value for decision in decisions],
        "dues": [decision.hold_until or now for decision in decisions],
        "expiries": [until for _decision in decisions],
    }
    with connection.cursor() as cursor:
        cursor.execute(INSERT, columns)
        yield from (state for (state,) in cursor.fetchall())
