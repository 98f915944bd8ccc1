"""Who muted what."""

from collections.abc import Collection
from uuid import UUID

from dangol.messaging.models import Message, Mute
from dangol.messaging.origins import reason_of


def topic_of(workspace_id: UUID, origin_id: UUID) -> UUID:
    """Return what a person mutes when they mute this origin: its topic, or the origin itself if it has none."""
    reason = reason_of(workspace_id=workspace_id, origin_id=origin_id, language="en")
    return reason.topic_id if reason else origin_id


def people_who_muted(*, workspace_id: UUID, origin_id: UUID, person_ids: Collection[UUID]) -> set[UUID]:
    """Return those who want nothing more for the reason that this origin stands for."""
    mutes = Mute.objects.filter(workspace_id=workspace_id, person_id__in=person_ids)
    return set(mutes.filter(topic_id=topic_of(workspace_id, origin_id)).values_list("person_id", flat=True))


def is_muted(message: Message) -> bool:
    """Return whether the person muted the reason of this message."""
    return message.person_id in people_who_muted(
        workspace_id=message.workspace_id, origin_id=message.origin_id, person_ids=[message.person_id]
    )
