"""
One subscription to one broker: what arrives goes into the inbox, and after the commit the broker hears that it did.

The broker keeps what we have not acknowledged (QoS 1, persistent session), and repeats it after a crash of ours or of
its own. A repeated message that was committed already is known by its packet number and digest and only acknowledged.
"""

import hashlib
import logging
import socket
import ssl
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, Queue
from typing import Any
from uuid import UUID

import msgspec
import paho.mqtt.client as mqtt
from django.db import connections
from django.utils import timezone
from paho.mqtt.enums import CallbackAPIVersion

from dangol.integrations.devices.models import SILENT, UNTRUSTED, Broker
from dangol.kit import tenancy
from dangol.kit.ids import uuid7
from dangol.kit.leading import leading
from dangol.kit.safe_connect import connected
from dangol.tracking.contracts import Delivery
from dangol.tracking.models import Source
from dangol.tracking.operations import take_deliveries

logger = logging.getLogger(__name__)

MESSAGES_AT_A_TIME = 500
MESSAGES_WAITING = 10_000
COMMITTED_KEPT = 500
CONNECT_SECONDS = 10.0
LONGEST_PAUSE = 30
GLANCE = 0.5
CHECK_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Access:
    """Everything that a subscription needs to know; another one is opened when any of it changes."""

    broker_id: UUID
    workspace_id: UUID
    source_id: UUID
    host: str
    port: int
    is_encrypted: bool
    is_private_allowed: bool
    authority: str
    user: str
    password: str
    topics: str


@dataclass(frozen=True, slots=True)
class Arrived:
    """One message, on the connection by which it came."""

    connection: int
    message: mqtt.MQTTMessage

    @property
    def mark(self) -> list[Any]:
        """By what it is known when the broker repeats it."""
        said = self.message.topic.encode() + b"\n" + self.message.payload
        return [self.message.mid, hashlib.sha256(said).hexdigest()[:16]]


class SafeClient(mqtt.Client):
    """paho's client on a socket whose address was judged; the library offers no other way in."""

    access: Access
    failure = SILENT

    def _create_socket_connection(self) -> socket.socket:
        self.failure = SILENT
        allowed = [self.access.host.lower()] if self.access.is_private_allowed else []
        return connected(self.access.host, self.access.port, timeout=CONNECT_SECONDS, private_hosts=allowed)

    def _ssl_wrap_socket(self, tcp_sock: socket.socket) -> ssl.SSLSocket:
        """Agree on encryption, and keep why that failed: the library tells nobody, and leaves the socket open."""
        context = ssl.create_default_context(cadata=self.access.authority or None)
        encrypted = context.wrap_socket(tcp_sock, server_hostname=self.access.host, do_handshake_on_connect=False)
        try:
            encrypted.settimeout(CONNECT_SECONDS)
            encrypted.do_handshake()
        except OSError as error:
            if isinstance(error, ssl.SSLCertVerificationError):
                self.failure = f"{UNTRUSTED}: {error.verify_message}"
            encrypted.close()
            raise
        return encrypted


class Subscription(threading.Thread):
    """Holds the broker's lock: of several workers one subscribes. Ends when told to, or when the lock is lost."""

    def __init__(self, access: Access) -> None:
        super().__init__(name=f"mqtt {access.host}", daemon=True)
        self.access = access
        self._over = threading.Event()
        self._queue: Queue[Arrived] = Queue(MESSAGES_WAITING)
        self._connection = 0
        self._state = (False, "")
        self._client = self._made()

    def end(self) -> None:
        """Stop after what is being committed. The broker keeps the rest."""
        self._over.set()

    def run(self) -> None:
        try:
            with leading(self.access.broker_id) as leads:
                if leads is not None:
                    self._listen(leads)
        except Exception:
            logger.exception("The subscription at %s ended and is opened again.", self.access.host)
        finally:
            self._client.disconnect()
            self._client.loop_stop()
            connections.close_all()

    def _listen(self, leads: Any) -> None:
        self._client.connect_async(self.access.host, self.access.port)
        self._client.loop_start()
        told, checked = (False, "…"), 0.0
        while not self._over.is_set():
            if time.monotonic() - checked > CHECK_SECONDS:
                leads.execute("SELECT 1")  # a lost connection has lost the lock
                checked = time.monotonic()
            if told != self._state:
                told = self._state
                self._tell(*told)
            self._take(self._batch())

    def _made(self) -> SafeClient:
        client = SafeClient(
            CallbackAPIVersion.VERSION2, f"dangol-{self.access.broker_id.hex}", clean_session=False, manual_ack=True
        )
        client.access = self.access
        client.reconnect_delay_set(1, LONGEST_PAUSE)
        if self.access.user:
            client.username_pw_set(self.access.user, self.access.password)
        if self.access.is_encrypted:
            client.tls_set_context()  # that there is to be any; it is our own, above
        client.on_connect, client.on_disconnect = self._connected, self._disconnected
        client.on_connect_fail, client.on_message = self._failed, self._arrived
        return client

    def _connected(self, client: mqtt.Client, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if reason.is_failure:
            self._state = (False, str(reason))
            return
        self._connection += 1
        self._state = (True, "")
        client.subscribe(self.access.topics, qos=1)

    def _disconnected(self, _client: mqtt.Client, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        self._connection += 1
        self._state = (False, str(reason))

    def _failed(self, client: mqtt.Client, _data: Any) -> None:
        self._state = (False, client.failure if isinstance(client, SafeClient) else SILENT)

    def _arrived(self, _client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        self._queue.put(Arrived(self._connection, message))

    def _batch(self) -> list[Arrived]:
        batch = []
        with suppress(Empty):
            batch.append(self._queue.get(timeout=GLANCE))
            while len(batch) < MESSAGES_AT_A_TIME:
                batch.append(self._queue.get_nowait())
        return batch

    def _take(self, batch: Sequence[Arrived]) -> None:
        """Commit, then acknowledge. What came by a connection that is gone comes again by the next one."""
        current = [one for one in batch if one.connection == self._connection]
        if not current:
            return
        self._commit([one for one in current if not one.message.retain])
        for one in current:
            if one.connection == self._connection:
                self._client.ack(one.message.mid, one.message.qos)

    def _commit(self, batch: Sequence[Arrived]) -> None:
        with tenancy.workspace(self.access.workspace_id):
            broker = Broker.objects.select_for_update().get(pk=self.access.broker_id)
            known = broker.committed
            fresh = [one for one in batch if not (one.message.dup and one.mark in known)]
            source = Source.objects.get(workspace_id=self.access.workspace_id, pk=self.access.source_id)
            take_deliveries(source=source, deliveries=[_delivery(one.message) for one in fresh], now=timezone.now())
            broker.committed = (known + [one.mark for one in fresh])[-COMMITTED_KEPT:]
            broker.save(update_fields=["committed"])

    def _tell(self, is_connected: bool, error: str) -> None:  # noqa: FBT001 - the two parts of the state
        with tenancy.workspace(self.access.workspace_id):
            Broker.objects.filter(pk=self.access.broker_id).update(is_connected=is_connected, error=error[:300])


def _delivery(message: mqtt.MQTTMessage) -> Delivery:
    """Return the message as a document; what is no object or list becomes the `value` of one."""
    text = message.payload.decode(errors="replace")
    try:
        told = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        told = text
    document = text.encode() if isinstance(told, dict | list) else msgspec.json.encode({"value": told})
    return Delivery(uuid7().hex, msgspec.Raw(document), message.topic)
