"""Which message a returned mail is about."""

from uuid import UUID

from django.db.models import TextField
from django.db.models.functions import Cast

from dangol.messaging.models import Message
from dangol.workspaces.queries import all_workspaces


def workspace_with_tail(tail: str) -> UUID | None:
    """Return the workspace whose id ends with these sixteen letters, or None."""
    ending = f"{tail[:4]}-{tail[4:]}"
    spelt = all_workspaces().annotate(spelt=Cast("id", TextField()))
    return spelt.filter(spelt__endswith=ending).values_list("id", flat=True).first()


def sent_message(workspace_id: UUID, message_id: UUID) -> Message | None:
    """Return a message of the entered workspace with its person, or None."""
    related = ("person", "template_version")
    return Message.objects.filter(workspace_id=workspace_id, pk=message_id).select_related(*related).first()
