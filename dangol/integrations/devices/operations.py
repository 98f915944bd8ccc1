"""Setting a broker up, and the worker's part that listens to all of them."""

import threading
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connections, transaction

from dangol.integrations.devices.models import Broker
from dangol.integrations.devices.subscribing import Access, Subscription
from dangol.kit import tenancy
from dangol.kit.sealed_columns import opened, sealed
from dangol.tracking.models import Source
from dangol.workspaces.models import Member
from dangol.workspaces.operations import record_act
from dangol.workspaces.queries import served_workspaces

LOOK_SECONDS = 5.0


@transaction.atomic
def set_up_broker(*, source: Source, place: dict[str, Any], password: str, member: Member, now: datetime) -> Broker:
    """
    Keep where the devices of a source publish; the subscription follows within seconds. Audited without the password.

    :param place: host, port, is_encrypted, authority, is_private_allowed, user and topics
    :param password: empty keeps the one that is stored, as long as the host stays the same
    """
    known = Broker.objects.filter(workspace_id=source.workspace_id, source=source).first()
    broker = known or Broker(workspace_id=source.workspace_id, source=source)
    if password or broker.host != place["host"]:
        broker.password = sealed(broker, "password", password)
    for name, value in place.items():
        setattr(broker, name, value)
    broker.save()
    detail = {"source": str(source.pk), "host": broker.host, "topics": broker.topics}
    record_act(member=member, verb="set_up_broker", detail=detail, now=now)
    return broker


def run_subscribers(*, stop: threading.Event) -> None:
    """Listen to every broker of every workspace until told to stop; follow changes within seconds."""
    subscriptions: dict[UUID, Subscription] = {}
    try:
        while not stop.is_set():
            wanted = {access.broker_id: access for access in _all_brokers()}
            connections.close_all()
            for broker_id, subscription in list(subscriptions.items()):
                if subscription.access != wanted.get(broker_id) or not subscription.is_alive():
                    subscriptions.pop(broker_id).end()
            for broker_id in wanted.keys() - subscriptions.keys():
                subscriptions[broker_id] = Subscription(wanted[broker_id])
                subscriptions[broker_id].start()
            stop.wait(LOOK_SECONDS)
    finally:
        for subscription in subscriptions.values():
            subscription.end()
        for subscription in subscriptions.values():
            subscription.join(LOOK_SECONDS)


def _all_brokers() -> list[Access]:
    found = []
    for workspace in served_workspaces():
        with tenancy.workspace(workspace.pk):
            own = Broker.objects.filter(workspace_id=workspace.pk, source__revoked_at=None)
            found += [_access(broker) for broker in own]
    return found


def _access(broker: Broker) -> Access:
    return Access(
        broker_id=broker.pk,
        workspace_id=broker.workspace_id,
        source_id=broker.source_id,
        host=broker.host,
        port=broker.port,
        is_encrypted=broker.is_encrypted,
        is_private_allowed=broker.is_private_allowed and settings.PRIVATE_SOURCES,
        authority=broker.authority,
        user=broker.user,
        password=opened(broker, "password"),
        topics=broker.topics,
    )
