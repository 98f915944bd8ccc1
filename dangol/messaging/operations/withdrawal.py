"""Taking back what has not left yet."""

from datetime import datetime
from uuid import UUID

from dangol.messaging.enums import MessageState
from dangol.messaging.models import Message

NOT_LEFT = (MessageState.QUEUED, MessageState.HELD)


def withdraw_messages(*, workspace_id: UUID, origin_id: UUID, now: datetime) -> int:
    """Refuse every waiting message of one origin, such as a cancelled campaign. Returns how many."""
    waiting = Message.objects.filter(workspace_id=workspace_id, origin_id=origin_id, state__in=NOT_LEFT)
    return waiting.update(state=MessageState.REFUSED, error="withdrawn", expires_at=now)
