"""Whatever comes to the doors beside the API: each answers, takes it or says why not, and the processor goes on."""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from paho.mqtt.client import MQTTMessage

from dangol.integrations.devices.models import Broker
from dangol.integrations.devices.subscribing import Access, Arrived, Subscription
from dangol.integrations.event_files.operations import UnableToKeepFile, UnableToTakeEvents
from dangol.integrations.webhooks.operations import set_up_webhook
from dangol.kit import tenancy
from dangol.tracking.enums import SourceKind
from dangol.tracking.models import InboxEntry, Source
from dangol.tracking.operations import create_source, process_workspace, set_mapping
from tests.factories import NOW
from tests.integrations.event_files.test_event_files import taken
from tests.people import Cast
from tests.tracking import fuzz

SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two letters..").decode()
SIGNATURE = "X-Hub-Signature-256"
FIELDS = {"type": "event", "userId": "user_id", "email": "email", "timestamp": "time", "order_id": "order_id"}

quickly = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
texts = fuzz.anything | fuzz.calls | fuzz.looks_like_json
bodies = st.binary(max_size=200) | texts.map(lambda text: text.encode()) | texts.map(lambda text: text.encode("utf-16"))
receipts = st.dictionaries(
    st.sampled_from(['"number"', '"sold_at"', '"paid"', '"store"', '"member"', '"lines"', '"refund_of"', '"currency"']),
    fuzz.anything,
).map(
    lambda wrong: fuzz.text_of_object(
        [*({'"number"': '"7"', '"sold_at"': '"2026-11-01T12:00:00+09:00"', '"paid"': "5000"} | wrong).items()]
    )
)


@contextmanager
def undone(cast: Cast) -> Iterator[None]:
    """Every example finds the same empty house, and leaves none of what it brought waiting."""
    with transaction.atomic():
        yield
        process_workspace(cast.workspace.pk)
        with tenancy.workspace(cast.workspace.pk):
            assert not InboxEntry.objects.exists()
        transaction.set_rollback(True)


@contextmanager
def outside() -> Iterator[Client]:
    """A program on the internet."""
    tenancy.leave_workspace()
    yield Client()
    tenancy.leave_workspace()


def mapped_source(cast: Cast, kind: str) -> tuple[Source, str]:
    source, key = create_source(member=cast.admin, name=kind, kind=kind, now=NOW)
    set_mapping(source=source, fields=FIELDS, event="Told", names={}, member=cast.admin, now=NOW)
    return source, key


@quickly
@given(sent=st.lists(bodies, min_size=1, max_size=4), own_id=st.text(max_size=20))
def test_a_webhook_takes_every_signed_body(cast: Cast, sent: list[bytes], own_id: str) -> None:
    with undone(cast):
        with tenancy.workspace(cast.workspace.pk):
            source, _key = mapped_source(cast, SourceKind.WEBHOOK)
            told: dict[str, Any] = {"scheme": "header", "secret": SECRET, "signature_header": SIGNATURE}
            webhook = set_up_webhook(source=source, member=cast.admin, now=NOW, **told)
        with outside() as program:
            for body in sent:
                signature = "sha256=" + hmac.digest(SECRET.encode(), body, hashlib.sha256).hex()
                headers = {SIGNATURE: signature, "webhook-id": own_id}
                answer = program.post(f"/hooks/{webhook.address}", body, "application/json", headers=headers)
                assert answer.status_code == 200
                assert program.post(f"/hooks/{webhook.address}", body, "application/json").status_code == 401


@quickly
@given(sent=st.lists(bodies | receipts.map(str.encode), min_size=1, max_size=4))
def test_a_till_is_answered_whatever_it_prints(cast: Cast, sent: list[bytes]) -> None:
    with undone(cast):
        with tenancy.workspace(cast.workspace.pk):
            _source, key = create_source(member=cast.admin, name="Till", kind=SourceKind.TILL, now=NOW)
        headers = {"Authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode()}
        with outside() as program:
            for body in sent:
                answer = program.post("/receipts", body, "application/json", headers=headers)
                assert answer.status_code in {200, 400}
                assert answer.json()["success"] is (answer.status_code == 200)


@quickly
@given(sent=st.lists(st.tuples(st.sampled_from(["a", "shop/1/door", "🍵/%s"]), bodies), min_size=1, max_size=4))
def test_a_device_may_publish_anything(cast: Cast, sent: list[tuple[str, bytes]]) -> None:
    with undone(cast):
        with tenancy.workspace(cast.workspace.pk):
            source, _key = mapped_source(cast, SourceKind.DEVICES)
            broker = Broker.objects.create(workspace_id=source.workspace_id, source=source, host="broker.example.com")
        access = Access(
            broker_id=broker.pk, workspace_id=source.workspace_id, source_id=source.pk, host=broker.host, port=1883,
            is_encrypted=False, is_private_allowed=False, authority="", user="", password="", topics="#",
        )  # fmt: skip
        Subscription(access)._commit([Arrived(1, message) for message in map(_message, range(len(sent)), sent)])


def _message(number: int, told: tuple[str, bytes]) -> MQTTMessage:
    topic, payload = told
    message = MQTTMessage(mid=number, topic=topic.encode())
    message.payload, message.qos = payload, 1
    return message


@quickly
@given(content=bodies | st.lists(texts, max_size=6).map(lambda lines: "\n".join(lines).encode()))
def test_a_file_of_events_is_taken_in_or_refused_by_line(cast: Cast, content: bytes) -> None:
    with undone(cast), tenancy.workspace(cast.workspace.pk):
        source, _key = mapped_source(cast, SourceKind.FILE)
        with suppress(UnableToKeepFile, UnableToTakeEvents):
            taken(cast, source, content)


@quickly
@given(
    query=st.dictionaries(st.text(max_size=10), st.text(max_size=30), max_size=4),
    agent=st.text(st.characters(max_codepoint=255), max_size=60),
    code=st.text(st.sampled_from("aZ09-_%/.."), max_size=12),
)
def test_an_address_with_nothing_behind_it_is_not_found(
    cast: Cast, query: dict[str, str], agent: str, code: str
) -> None:
    with undone(cast), outside() as program:
        answer = program.get(f"/q/{code}", query, headers={"user-agent": agent})
        assert answer.status_code in {301, 404}
