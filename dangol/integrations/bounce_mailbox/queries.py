"""Reads of the mailbox."""

from uuid import UUID

from dangol.integrations.bounce_mailbox.models import Mailbox


def mailbox_of(workspace_id: UUID) -> Mailbox | None:
    """The mailbox of the workspace, if it has one yet."""
    return Mailbox.objects.filter(workspace_id=workspace_id).first()
