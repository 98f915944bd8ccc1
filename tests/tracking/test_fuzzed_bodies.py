"""Whatever is sent: the processor goes on, and nothing disappears."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dangol.kit import tenancy
from dangol.tracking.calls import Draft, InboxBody, Problem, read_body
from dangol.tracking.collector import Refused, checked_envelope
from dangol.tracking.contracts import MAPPED, Delivery
from dangol.tracking.models import DeadLetter, Event, InboxEntry, Source
from dangol.tracking.operations import admission, reading
from tests.tracking import fuzz
from tests.tracking.test_processing import Inbox, inbox

__all__ = ["inbox"]

quickly = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
GOOD = [{"type": "track", "event": "Product Viewed", "userId": f"good-{n}", "messageId": f"good-{n}"} for n in range(2)]
RECOGNISED = {"type": "identify", "userId": "known", "anonymousId": "visitor", "messageId": "recognised"}


@contextmanager
def undone(inbox: Inbox) -> Iterator[None]:
    """Every example finds the same empty house."""
    with transaction.atomic():
        with tenancy.workspace(inbox.workspace.pk):
            yield
        transaction.set_rollback(True)


@quickly
@given(calls=st.lists(fuzz.calls | fuzz.anything, max_size=6))
def test_every_event_of_a_batch_is_stored_or_put_aside_with_a_reason(
    inbox: Inbox, caplog: pytest.LogCaptureFixture, calls: list[str]
) -> None:
    first, last = map(json.dumps, GOOD)
    body = f'{{"batch":[{",".join([first, *calls, last])}]}}'.encode(errors="surrogatepass")
    try:
        body, _key = checked_envelope("batch", body)
    except Refused:
        return
    with undone(inbox):
        inbox.put("batch", body)
        inbox.process()
        inbox.put("batch", {"batch": [RECOGNISED]})
        inbox.process()
        assert not InboxEntry.objects.exists()
        stored = {event.message_id for event in Event.objects.all()}
        aside = DeadLetter.objects.exclude(call="").count()
        assert {"good-0", "good-1", "recognised"} <= stored
        assert len(stored) + aside == len(calls) + 3
        assert all(DeadLetter.objects.values_list("code", flat=True))
        assert "put aside" not in caplog.text


MAPPING = {
    "fields": {"userId": "user_id", "anonymousId": "anonymous_id", "event": "event", "timestamp": "time"}
    | {"order_id": "order_id", "total": "total", "products.*.sku": "line.sku", "products": "line.name"}
    | {"email": "email", "phone": "phone", "name": "message_id", "properties.total": "total", "@topic.2": "event"},
    "event": "Told",
    "zone": "Asia/Seoul",
}


@quickly
@given(documents=st.lists(fuzz.calls | fuzz.anything, max_size=5), topic=st.sampled_from(["", "a/b", "🍵/%s"]))
def test_every_document_of_another_door_is_stored_or_put_aside(
    inbox: Inbox, caplog: pytest.LogCaptureFixture, documents: list[str], topic: str
) -> None:
    try:
        msgspec.json.decode(fuzz.text_of_list(documents))
    except (msgspec.DecodeError, RecursionError):
        return
    with undone(inbox):
        Source.objects.filter(pk=inbox.source.pk).update(mapping=MAPPING)
        for number, document in enumerate(documents):
            inbox.put(MAPPED, msgspec.json.encode(Delivery(str(number), msgspec.Raw(document.encode()), topic)))
        inbox.put("batch", {"batch": GOOD})
        inbox.process()
        assert not InboxEntry.objects.exists()
        stored = {event.message_id for event in Event.objects.all()}
        assert {"good-0", "good-1"} <= stored
        assert "put aside" not in caplog.text


@pytest.mark.parametrize(
    "value",
    ["1e400", "-1e131071", "0e-16383", "9" * 5000, "[" * 500 + "]" * 500, '{"a":' * 101 + "1" + "}" * 101],
    ids=lambda value: value[:9],
)
def test_what_nobody_could_read_again_is_put_aside(inbox: Inbox, value: str) -> None:
    extreme = f'{{"type":"identify","userId":"u1","messageId":"m1","traits":{{"a":{value}}}}}'
    inbox.put("batch", f'{{"batch":[{extreme},{json.dumps(GOOD[0])}]}}'.encode())
    inbox.process()
    with tenancy.workspace(inbox.workspace.pk):
        assert [event.message_id for event in Event.objects.all()] == ["good-0"]
        letter = DeadLetter.objects.get()
        assert (letter.code, letter.call, bytes(letter.body).decode()) == ("unreadable", "identify", extreme)


@pytest.mark.parametrize("text", ["2e-308", "-0.1", '"1e400"', '"' + "[" * 500 + '"', "[" * 90 + "]" * 90, "9" * 300])
def test_what_only_looks_extreme_is_stored(inbox: Inbox, text: str) -> None:
    inbox.put("track", f'{{"userId":"u1","event":"Told","properties":{{"a":{text}}}}}'.encode())
    inbox.process()
    with tenancy.workspace(inbox.workspace.pk):
        assert Event.objects.get().properties == {"a": json.loads(text)}


def test_what_the_database_refuses_is_put_aside_alone(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "may_be_extreme", lambda _text: False)
    too_large = '{"type":"track","event":"Told","userId":"u1","properties":{"a":1e999999}}'
    inbox.put("batch", f'{{"batch":[{json.dumps(GOOD[0])},{too_large},{json.dumps(GOOD[1])}]}}'.encode())
    inbox.process()
    with tenancy.workspace(inbox.workspace.pk):
        assert {event.message_id for event in Event.objects.all()} == {"good-0", "good-1"}
        assert DeadLetter.objects.get().code == "unstorable"


def test_a_request_that_nobody_thought_of_does_not_stop_those_behind_it(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(entry: InboxBody) -> Iterator[Draft | Problem]:
        if b"good-0" in entry.body:
            raise KeyError("nobody thought of it")
        return read_body(entry)

    monkeypatch.setattr(reading, "read_body", fail)
    for event in GOOD:
        inbox.put("track", event)
    inbox.process()
    with tenancy.workspace(inbox.workspace.pk):
        assert [event.message_id for event in Event.objects.all()] == ["good-1"]
        assert json.loads(bytes(DeadLetter.objects.get().body)) == GOOD[0]
