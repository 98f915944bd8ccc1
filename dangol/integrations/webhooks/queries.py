"""Reads of webhooks."""

from dangol.integrations.webhooks.models import Webhook
from dangol.kit import tenancy
from dangol.tracking.models import Source


def webhook_of(source: Source) -> Webhook | None:
    """The webhook of a source, once it is set up."""
    return Webhook.objects.filter(workspace_id=source.workspace_id, source=source).first()


def webhook_at(address: str) -> Webhook | None:
    """Find a webhook of any workspace by its address and enter its workspace; None if its source was revoked."""
    tenancy.enter_secret(address)
    webhook = Webhook.objects.filter(address=address).first()
    if webhook is None:
        return None
    tenancy.enter_workspace(webhook.workspace_id)
    sources = Source.objects.select_related("workspace")
    webhook.source = sources.get(workspace_id=webhook.workspace_id, pk=webhook.source_id)
    return None if webhook.source.revoked_at else webhook
