"""Reads of brokers."""

from dangol.integrations.devices.models import Broker
from dangol.tracking.models import Source


def broker_of(source: Source) -> Broker | None:
    """The broker of a source, once it is set up."""
    return Broker.objects.filter(workspace_id=source.workspace_id, source=source).first()
