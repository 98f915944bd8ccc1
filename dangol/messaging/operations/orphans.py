"""What a dead delivering process left between its claim and its results."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from dangol.kit.locks import hold_if_free
from dangol.messaging.enums import MessageState
from dangol.messaging.journal import last_words
from dangol.messaging.models import Message
from dangol.messaging.operations.bookkeeping import book_contacts
from dangol.messaging.transport import ResultKind

LEFT_BEHIND = "the process that was sending it ended"
STATE_AFTER = {
    ResultKind.SENT: MessageState.SENT,
    ResultKind.LATER: MessageState.QUEUED,
    ResultKind.UNREACHABLE: MessageState.QUEUED,
    ResultKind.REFUSED: MessageState.FAILED,
    ResultKind.NO_SUCH_ADDRESS: MessageState.FAILED,
    ResultKind.UNKNOWN: MessageState.UNKNOWN,
}

SETTLE = """
UPDATE messaging_message SET state = new.state,
    sent_at = CASE WHEN new.state = 'sent' THEN %(now)s END,
    error = CASE WHEN new.state IN ('unknown', 'failed') THEN %(error)s ELSE '' END,
    claimed_by = CASE WHEN new.state = 'queued' THEN '' ELSE claimed_by END
FROM unnest(%(ids)s::uuid[], %(states)s::text[]) AS new (id, state)
WHERE workspace_id = %(workspace)s AND messaging_message.id = new.id AND messaging_message.state = 'handing_off'
    AND claimed_by = %(claimant)s
"""


def settle_orphans(*, workspace_id: UUID, token: str, now: datetime) -> int:
    """
    Settle the claimed messages of processes that have ended, by their journals. Returns how many.

    Never tried: queued again. Taken by the server: sent, and booked. Tried without a reply, or no journal to believe:
    unknown, for a person to decide.
    """
    claimed = Message.objects.filter(workspace_id=workspace_id, state=MessageState.HANDING_OFF)
    claimants = claimed.exclude(claimed_by=token).values_list("claimed_by", flat=True).distinct()
    return sum(_settle_claimant(workspace_id, claimant, now) for claimant in list(claimants))


def _settle_claimant(workspace_id: UUID, claimant: str, now: datetime) -> int:
    # The claimant holds this lock as long as it lives: whoever gets it knows that it has ended.
    if not hold_if_free(claimant):
        return 0
    with connection.cursor() as cursor:
        claimed = Message.objects.filter(workspace_id=workspace_id, state=MessageState.HANDING_OFF, claimed_by=claimant)
        fates = _fates(list(claimed.values_list("pk", flat=True)), last_words(settings.DATA_DIRECTORY, claimant))
        columns: dict[str, Any] = {
            "workspace": workspace_id,
            "claimant": claimant,
            "now": now,
            "error": LEFT_BEHIND,
            "ids": list(fates),
            "states": list(fates.values()),
        }
        cursor.execute(SETTLE, columns)
        settled = int(cursor.rowcount)
    sent = [pk for pk, state in fates.items() if state == MessageState.SENT]
    if sent:
        book_contacts.defer(workspace_id=workspace_id, message_ids=sent)
    return settled


def _fates(claimed: list[UUID], words: Mapping[UUID, ResultKind | None] | None) -> dict[UUID, str]:
    if words is None:
        return dict.fromkeys(claimed, MessageState.UNKNOWN.value)
    return {pk: _fate(pk, words) for pk in claimed}


def _fate(pk: UUID, words: Mapping[UUID, ResultKind | None]) -> str:
    if pk not in words:
        return MessageState.QUEUED.value
    result = words[pk]
    return STATE_AFTER[result].value if result is not None else MessageState.UNKNOWN.value
