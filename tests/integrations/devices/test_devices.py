"""Devices at a real Mosquitto: nothing lost and nothing doubled, whoever is killed."""

import html
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connections
from django.urls import reverse

from dangol.integrations.devices import operations
from dangol.integrations.devices.forms import BrokerForm
from dangol.integrations.devices.models import Broker
from dangol.integrations.devices.operations import run_subscribers, set_up_broker
from dangol.kit import tenancy
from dangol.kit.leading import leading
from dangol.tracking.models import Event, InboxEntry, Source
from dangol.tracking.operations import create_source, process_workspace, set_mapping
from tests.factories import NOW
from tests.forked import another_process
from tests.integrations.devices.certificates import Authority
from tests.integrations.devices.mosquitto import PASSWORD, USER, Mosquitto, running_mosquitto
from tests.people import Cast, make_cast
from tests.tracking.test_sources import ClientOf

PATIENCE = 60.0


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[Mosquitto]:
    with running_mosquitto(tmp_path) as broker:
        yield broker


def place_of(mosquitto: Mosquitto, **other: object) -> dict[str, object]:
    place = {"host": "127.0.0.1", "port": mosquitto.port, "is_encrypted": False, "is_private_allowed": True}
    return place | {"user": USER, "topics": "shop/+/door"} | other


def made_source(cast: Cast) -> Source:
    source, _key = create_source(member=cast.admin, name="Doors", kind="devices", now=NOW)
    fields = {"@topic.2": "anonymous_id", "event": "event"}
    set_mapping(source=source, fields=fields, event="Opened", names={}, member=cast.admin, now=NOW)
    return source


@pytest.fixture
def cast_with_broker(committed_db: str, mosquitto: Mosquitto) -> Cast:
    cast = make_cast()
    with tenancy.workspace(cast.workspace.pk):
        place = place_of(mosquitto)
        set_up_broker(source=made_source(cast), place=place, password=PASSWORD, member=cast.admin, now=NOW)
    return cast


def wait_for(happened: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < ends, "it did not happen"
        time.sleep(0.05)


def broker_row(cast: Cast) -> Broker:
    with tenancy.workspace(cast.workspace.pk):
        return Broker.objects.get()


def arrived(cast: Cast) -> int:
    process_workspace(cast.workspace.pk)
    with tenancy.workspace(cast.workspace.pk):
        return Event.objects.count()


def listen(stop: threading.Event | None = None) -> None:
    """The worker's part, until it is told to stop or killed."""
    run_subscribers(stop=stop or threading.Event())
    connections.close_all()


@contextmanager
def listening() -> Iterator[None]:
    """Run the worker's part in this process."""
    stop = threading.Event()
    thread = threading.Thread(target=listen, args=(stop,))
    with pytest.MonkeyPatch.context() as often:
        often.setattr(operations, "LOOK_SECONDS", 0.5)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(PATIENCE)


def test_messages_become_events(cast_with_broker: Cast, mosquitto: Mosquitto) -> None:
    cast = cast_with_broker
    with mosquitto.publisher() as device:
        device.publish("shop/d1/door", '{"old": 1}', qos=1, retain=True).wait_for_publish(PATIENCE)
        with listening():
            wait_for(lambda: broker_row(cast).is_connected)
            for payload in ('{"event": "Closed", "t": 1}', "21.5", "open", '{"t": 2}', '{"t": 2}', b"\xff"):
                device.publish("shop/d1/door", payload, qos=1).wait_for_publish(PATIENCE)
            device.publish("shop/d1/window", "{}", qos=1).wait_for_publish(PATIENCE)
            wait_for(lambda: arrived(cast) == 6)
            mosquitto.stop()
            wait_for(lambda: not broker_row(cast).is_connected)
    with tenancy.workspace(cast.workspace.pk):
        told = list(Event.objects.order_by("id").values_list("name", "anonymous_id", "properties"))
    assert told[:4] == [
        ("Closed", "d1", {"t": 1}),
        ("Opened", "d1", {"value": 21.5}),
        ("Opened", "d1", {"value": "open"}),
        ("Opened", "d1", {"t": 2}),
    ]


@pytest.mark.faults
def test_nothing_is_lost_when_subscriber_and_broker_die(
    committed_db: str, cast_with_broker: Cast, mosquitto: Mosquitto
) -> None:
    cast, count = cast_with_broker, 600
    with another_process(committed_db, listen):
        wait_for(lambda: broker_row(cast).is_connected)
    sent, kills = 0, 0
    for part in range(4):
        with mosquitto.publisher() as device:
            for number in range(sent, sent + count // 4):
                device.publish(f"shop/d{number % 5}/door", json.dumps({"n": number}), qos=1).wait_for_publish(PATIENCE)
        sent += count // 4
        before = kept(cast)
        with another_process(committed_db, listen) as process:
            wait_for(lambda: kept(cast) > before)  # noqa: B023 - asked at once
            kills += process.is_alive()
        if part == 1:
            mosquitto.stop()
            mosquitto.start()
    with another_process(committed_db, listen):
        wait_for(lambda: arrived(cast) >= count)
    with tenancy.workspace(cast.workspace.pk):
        numbers = sorted(said["n"] for said in Event.objects.values_list("properties", flat=True))
    assert (kills, numbers) == (4, list(range(count)))


def kept(cast: Cast) -> int:
    """Messages in the inbox, which nobody empties meanwhile."""
    with tenancy.workspace(cast.workspace.pk):
        return InboxEntry.objects.count()


def test_one_worker_of_several_subscribes(committed_db: str, cast_with_broker: Cast, mosquitto: Mosquitto) -> None:
    cast = cast_with_broker
    part = broker_row(cast).pk
    with listening():
        wait_for(lambda: broker_row(cast).is_connected)
        with leading(part) as leads:
            assert leads is None
        with another_process(committed_db, listen), mosquitto.publisher() as device:
            device.publish("shop/d1/door", "{}", qos=1).wait_for_publish(PATIENCE)
            wait_for(lambda: arrived(cast) == 1)
    with leading(part) as leads:
        assert leads is not None


def test_a_private_broker_must_be_allowed(cast_with_broker: Cast, mosquitto: Mosquitto) -> None:
    cast = cast_with_broker
    with tenancy.workspace(cast.workspace.pk):
        place = place_of(mosquitto, is_private_allowed=False)
        broker = set_up_broker(source=Source.objects.get(), place=place, password="", member=cast.admin, now=NOW)
        assert PASSWORD not in broker.password
    with listening():
        wait_for(lambda: broker_row(cast).error != "")
    assert not broker_row(cast).is_connected


@pytest.mark.parametrize("topics", ["a/#/b", "a+/b", "#b"])
def test_topics_that_no_broker_takes_are_refused(db: None, topics: str) -> None:
    form = BrokerForm({"host": "mqtt.example.com", "port": 8883, "topics": topics})
    assert list(form.errors) == ["topics"]


def test_only_administrators_of_the_house_see_a_broker(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.admin)
    path = client.post("/sources/new/", {"name": "Doors", "kind": "devices"})["Location"]
    told = {"host": "mqtt.example.com", "port": 8883, "topics": "#", "new_password": "hush-hush"}
    assert client.post(path, told | {"topics": ""}).status_code == 200
    assert client.post(path, told).status_code == 302
    page = client.get(path).content.decode()
    assert "mqtt.example.com" in page
    assert "hush-hush" not in page
    members = (cast.marketer, cast.jieun, cast.minsu, cast.dana, cast.lee)
    assert [client_of(member).get(path).status_code for member in members] == [403, 403, 403, 403, 404]


def test_an_encrypted_broker_is_listened_to_if_its_certificate_is_the_right_one(
    committed_db: str, tmp_path: Path, client_of: ClientOf
) -> None:
    cast, own, strange = make_cast(), Authority("own"), Authority("strange")
    with running_mosquitto(tmp_path, own.certificate_for("127.0.0.1")) as mosquitto, listening():
        with tenancy.workspace(cast.workspace.pk):
            source = made_source(cast)
        for authority in (strange.text, ""):
            told_by(cast, source, mosquitto, authority)
            wait_for(lambda: broker_row(cast).error.startswith("certificate: "))
            with tenancy.workspace(cast.workspace.pk):
                Broker.objects.update(error="")
        told_by(cast, source, mosquitto, strange.text)
        wait_for(lambda: bool(broker_row(cast).error))
        page = client_of(cast.admin).get(reverse("devices:source", args=[source.pk])).content.decode()
        assert broker_row(cast).error.removeprefix("certificate: ") in html.unescape(page)
        told_by(cast, source, mosquitto, own.text)
        wait_for(lambda: broker_row(cast).is_connected)
        with mosquitto.publisher(own.text) as device:
            device.publish("shop/d1/door", "{}", qos=1).wait_for_publish(PATIENCE)
        wait_for(lambda: arrived(cast) == 1)


def test_a_certificate_of_another_address_is_refused(committed_db: str, tmp_path: Path) -> None:
    cast, own = make_cast(), Authority("own")
    with running_mosquitto(tmp_path, own.certificate_for("192.0.2.1")) as mosquitto, listening():
        with tenancy.workspace(cast.workspace.pk):
            source = made_source(cast)
        told_by(cast, source, mosquitto, own.text)
        wait_for(lambda: broker_row(cast).error.startswith("certificate: IP address mismatch"))


def test_what_is_no_certificate_is_refused_by_the_form() -> None:
    form = BrokerForm({"host": "broker.example.com", "port": "8883", "topics": "#", "authority": "no certificate"})
    assert list(form.errors) == ["authority"]


def told_by(cast: Cast, source: Source, mosquitto: Mosquitto, authority: str) -> None:
    """Set the broker up so that only this authority counts."""
    place = place_of(mosquitto, is_encrypted=True, authority=authority)
    with tenancy.workspace(cast.workspace.pk):
        set_up_broker(source=source, place=place, password=PASSWORD, member=cast.admin, now=NOW)
