import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from dangol.kit import tenancy
from dangol.messaging.enums import MessageState
from dangol.messaging.models import Message, Sender, Suppression
from dangol.messaging.operations import run_outbox
from dangol.relations.models import AttentionCharge, StoryEntry
from dangol.workspaces.models import Member
from tests.factories import make_person
from tests.messaging.making import agree, make_sender, make_version, queue
from tests.messaging.servers import Sink, free_port, serving
from tests.people import Cast, make_cast


@pytest.fixture
def house(committed_db: str) -> Cast:
    return make_cast()


@contextmanager
def delivering() -> Iterator[None]:
    """Run the outbox in a thread, and let it finish."""
    stop = threading.Event()

    def run() -> None:
        try:
            run_outbox(stop=stop)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(30)


def wait_until(check: Callable[[], bool], *, seconds: float = 20) -> None:
    for _try in range(int(seconds * 20)):
        if check():
            return
        time.sleep(0.05)
    raise AssertionError("it never happened")


def states(member: Member) -> list[str]:
    with tenancy.workspace(member.workspace_id):
        return sorted(Message.objects.values_list("state", flat=True))


def fill_outbox(member: Member, count: int, *, port: int, purpose: str = "service", connections: int = 2) -> None:
    with tenancy.workspace(member.workspace_id):
        make_sender(member, port=port, connections=connections)
        people = [make_person(member, name=f"고객{n}", email=f"p{n}@example.com") for n in range(count)]
        for person in people:
            agree(person)
        queue(make_version(member, purpose=purpose), people, now=timezone.now())


def test_every_message_arrives_once_and_is_booked_once(house: Cast) -> None:
    sink = Sink()
    with serving(sink) as port:
        fill_outbox(house.admin, 230, port=port)
        with delivering():
            wait_until(lambda: states(house.admin) == ["sent"] * 230)
    assert sink.recipients == sorted(f"p{n}@example.com" for n in range(230))
    with tenancy.workspace(house.workspace.pk):
        assert AttentionCharge.objects.count() == 230
        assert StoryEntry.objects.filter(kind="contact_sent").count() == 230
