"""
What a restored database does not know: which of the messages that waited then have left since.

The journals of this machine know it, if they are all there. Otherwise what waited is unknown, for a person to settle.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection

from dangol.messaging.enums import MessageState
from dangol.messaging.journal import KEPT_SECONDS, every_word, last_words
from dangol.messaging.models import Message
from dangol.messaging.operations.bookkeeping import book_contacts
from dangol.messaging.operations.orphans import STATE_AFTER
from dangol.messaging.transport import ResultKind

WAITED = (MessageState.QUEUED, MessageState.HELD, MessageState.HANDING_OFF)
RESTORED = "the database was restored; it may have been sent before"
EXPLAINED = (MessageState.UNKNOWN, MessageState.FAILED)


def settle_restored(*, workspace_id: UUID, now: datetime) -> int:
    """
    Settle what waited at the moment to which the database was restored. Nothing may be delivered meanwhile.

    Taken by the server since: sent, and booked. Never tried, as all journals show: it goes on waiting. Else unknown.

    :returns: how many are unknown
    """
    waited = Message.objects.filter(workspace_id=workspace_id, state__in=WAITED).values_list("pk", "state")
    words = every_word(settings.DATA_DIRECTORY)
    nothing_is_missing = _journals_are_whole(workspace_id, now)
    by_state: dict[str, list[UUID]] = defaultdict(list)
    for pk, state in waited:
        by_state[_state_now(pk, state, words, untried_is_known=nothing_is_missing)].append(pk)
    for state, ids in by_state.items():
        _move(workspace_id, state, ids, now)
    if sent := by_state[MessageState.SENT]:
        book_contacts.defer(workspace_id=workspace_id, message_ids=sent)
    return len(by_state[MessageState.UNKNOWN])


def _state_now(pk: UUID, state: str, words: Mapping[UUID, ResultKind | None], *, untried_is_known: bool) -> str:
    if pk in words:
        result = words[pk]
        return STATE_AFTER[result] if result is not None else MessageState.UNKNOWN
    if not untried_is_known:
        return MessageState.UNKNOWN
    return MessageState.HELD if state == MessageState.HELD else MessageState.QUEUED


def _journals_are_whole(workspace_id: UUID, now: datetime) -> bool:
    """
    Whether no journal of anybody who delivered since that moment can be missing.

    Over a socket only this machine delivers. The journal of the last claim before that moment lies here, from this
    boot: then so do all later ones, and no power failure took their last lines.
    """
    if not connection.settings_dict["HOST"].startswith("/"):
        return False
    claimed = Message.objects.filter(workspace_id=workspace_id).exclude(claimed_by="")
    recently = claimed.filter(claimed_at__gt=now - timedelta(seconds=KEPT_SECONDS))
    last = recently.order_by("-claimed_at").first()
    return last is not None and last_words(settings.DATA_DIRECTORY, last.claimed_by) is not None


def _move(workspace_id: UUID, state: str, ids: Iterable[UUID], now: datetime) -> None:
    Message.objects.filter(workspace_id=workspace_id, pk__in=ids).update(
        state=state,
        sent_at=now if state == MessageState.SENT else None,
        error=RESTORED if state in EXPLAINED else "",
        claimed_by="",
    )
