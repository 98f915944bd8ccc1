"""Muting a reason: less than opting out, and often what a person means."""

from datetime import datetime

from dangol.messaging.models import Message, Mute
from dangol.messaging.queries.mutes import topic_of


def mute_reason(*, message: Message, at: datetime) -> Mute:
    """Keep that a person wants nothing more for the reason that this message was sent for. Saying it twice is once."""
    muted, _is_new = Mute.objects.get_or_create(
        workspace_id=message.workspace_id,
        person_id=message.person_id,
        topic_id=topic_of(message.workspace_id, message.origin_id),
        defaults={"message": message, "at": at},
    )
    return muted
