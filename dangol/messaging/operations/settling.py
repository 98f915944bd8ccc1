"""What a person decides about messages that the machine cannot settle."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from dangol.kit.errors import OperationError
from dangol.messaging.enums import MessageState
from dangol.messaging.models import Message
from dangol.messaging.operations.bookkeeping import book_contacts
from dangol.messaging.operations.outbox import wake_outbox
from dangol.messaging.queries.contact_facts import hold_expires_hours
from dangol.workspaces.models import Member
from dangol.workspaces.operations import record_act

MAY_GO_AGAIN = (MessageState.UNKNOWN, MessageState.FAILED)
MAY_BE_STOPPED = (MessageState.QUEUED, MessageState.HELD)


class UnableToSettle(OperationError):
    """Somebody, or the machine, was quicker."""


@transaction.atomic
def mark_sent(*, message: Message, member: Member, now: datetime) -> Message:
    """
    Settle an unknown message as sent: the member saw that it arrived. Attention and story follow.

    :raises UnableToSettle: if it is not unknown any more
    """
    locked = _locked(message, (MessageState.UNKNOWN,))
    locked.state, locked.sent_at = MessageState.SENT, locked.claimed_at or now
    locked.save(update_fields=["state", "sent_at"])
    book_contacts.defer(workspace_id=locked.workspace_id, message_ids=[locked.pk])
    _record(member, "mark_sent", locked, now)
    return locked


@transaction.atomic
def send_again(*, message: Message, member: Member, now: datetime) -> Message:
    """
    Queue an unknown or failed message again. The policy is asked once more before it leaves.

    :raises UnableToSettle: if it is neither unknown nor failed any more
    """
    locked = _locked(message, MAY_GO_AGAIN)
    locked.state, locked.due_at, locked.attempts, locked.claimed_by = MessageState.QUEUED, now, 0, ""
    locked.expires_at = now + timedelta(hours=hold_expires_hours(locked.workspace_id))
    locked.save(update_fields=["state", "due_at", "attempts", "claimed_by", "expires_at"])
    wake_outbox(locked.workspace_id)
    _record(member, "send_again", locked, now)
    return locked


@transaction.atomic
def stop_message(*, message: Message, member: Member, now: datetime) -> Message:
    """
    Take one waiting message back.

    :raises UnableToSettle: if it does not wait any more
    """
    locked = _locked(message, MAY_BE_STOPPED)
    locked.state, locked.error = MessageState.REFUSED, "withdrawn"
    locked.save(update_fields=["state", "error"])
    _record(member, "stop_message", locked, now)
    return locked


def _locked(message: Message, states: tuple[MessageState, ...]) -> Message:
    own = Message.objects.filter(workspace_id=message.workspace_id, pk=message.pk, state__in=states)
    locked = own.select_for_update().first()
    if locked is None:
        raise UnableToSettle(_("This message has moved on in the meantime. Reload the page to see where it is."))
    return locked


def _record(member: Member, verb: str, message: Message, now: datetime) -> None:
    record_act(member=member, verb=verb, detail={"message": str(message.pk)}, now=now)
