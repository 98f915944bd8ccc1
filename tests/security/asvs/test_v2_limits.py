"""Every limit that is documented holds, also when fifty ask at the same moment."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connections

from dangol.customers import operations as customers
from dangol.customers.models import Person
from dangol.customers.operations import FieldDetails, NewFile, PersonDetails
from dangol.desk.operations import begin_list_export, measure_levels
from dangol.kit import tenancy
from dangol.kit.errors import OperationError
from dangol.messaging.models import Message
from dangol.messaging.operations.handoff import release_untried, take_due
from dangol.segments.models import Segment
from dangol.segments.operations import create_segment
from dangol.tracking.models import Event
from dangol.tracking.operations import create_source, process_workspace
from dangol.workspaces.enums import Limited, Role
from dangol.workspaces.models import User, Workspace
from dangol.workspaces.operations import invite, set_limits, spend
from dangol.workspaces.queries import standings
from tests.api.conftest import program_of
from tests.factories import NOW, make_person
from tests.messaging.making import agree, make_sender, make_version, queue
from tests.people import Cast, make_cast
from tests.tracking.conftest import Sender, sender
from tests.tracking.http import post

__all__ = ["program_of", "sender"]

HOWTO = Path(__file__).parents[3] / "docs/howto/limits.md"


def limit(workspace: Workspace, what: Limited, most: int) -> None:
    with tenancy.workspace(workspace.pk):
        set_limits(workspace_id=workspace.pk, limits={what: most})


def used(workspace: Workspace, what: Limited) -> int:
    with tenancy.workspace(workspace.pk):
        return standings(workspace.pk, now=NOW, of=[what])[0].used


def add_person(cast: Cast, number: int) -> None:
    customers.create_person(member=cast.admin, details=PersonDetails(name=f"손님 {number}"), now=NOW)


def add_member(cast: Cast, number: int) -> None:
    user = User.objects.create_user(f"new{number}@example.com", name="신입", language="ko")
    invite(workspace=cast.workspace, user=user, role=Role.SALES)


def add_source(cast: Cast, number: int) -> None:
    create_source(member=cast.admin, name=f"Shop {number}", now=NOW)


def add_segment(cast: Cast, number: int) -> None:
    create_segment(by=cast.marketer, name=f"Everybody {number}", definition={"kind": "everyone"}, now=NOW)


def keep_a_file(cast: Cast, number: int) -> None:
    details = FieldDetails(label=f"Contract {number}", kind="file")
    field = customers.define_field(member=cast.admin, object="person", details=details, now=NOW)
    file = NewFile("contract.pdf", b"%PDF-1.7 " + bytes(1024 * 1024 - 100))
    customers.keep_file(definition=field, owner=make_person(cast.admin), file=file, member=cast.admin, now=NOW)


def import_a_file(cast: Cast, number: int) -> None:
    content = f"이름,이메일\n서연,a{number}@example.com\n도윤,b{number}@example.com\n".encode()
    made = customers.upload_people(member=cast.admin, file_name="people.csv", content=content, now=NOW)
    customers.check_people_import(people_import=made, now=NOW)
    customers.start_people_import(people_import=made, member=cast.admin, now=NOW)


def export_a_list(cast: Cast, number: int) -> None:
    make_person(cast.admin, name=f"손님 {number}")
    begin_list_export(member=cast.admin, listed="people", count=Person.objects.count(), now=NOW)


REFUSED: dict[Limited, tuple[int, Callable[[Cast, int], None]]] = {
    Limited.PEOPLE: (1, add_person),
    Limited.MEMBERS: (6, add_member),
    Limited.SOURCES: (1, add_source),
    Limited.SEGMENTS: (1, add_segment),
    Limited.STORAGE: (1, keep_a_file),
    Limited.IMPORT_ROWS: (2, import_a_file),
    Limited.EXPORT_ROWS: (2, export_a_list),
}
"""Limits under which an act is done once and refused a second time."""
NOT_REFUSED = {Limited.EVENTS, Limited.EMAILS, Limited.API_CALLS}
"""Limits beyond which something waits, is stored all the same, or is told to come again; each has a test below."""


@pytest.mark.parametrize("what", REFUSED)
@pytest.mark.shows("2.3.2")
def test_at_a_limit_an_act_is_refused_with_what_to_do(what: Limited, inside: Cast) -> None:
    most, act = REFUSED[what]
    limit(inside.workspace, what, most)
    act(inside, 1)
    measure_levels(workspace_id=inside.workspace.pk)

    with pytest.raises(OperationError, match="Settings → Usage"):
        act(inside, 2)

    limit(inside.workspace, what, most * 10)
    act(inside, 3)


@pytest.mark.shows("2.3.2")
def test_every_limit_is_documented_and_shown_to_hold() -> None:
    documented = HOWTO.read_text()

    assert set(REFUSED) | NOT_REFUSED == set(Limited)
    assert [what for what in Limited if f"`{what.value}`" not in documented] == []


@pytest.mark.shows("2.3.2")
def test_another_workspace_has_its_own(inside: Cast) -> None:
    limit(inside.other_workspace, Limited.SOURCES, 0)

    add_source(inside, 1)


@pytest.mark.shows("2.3.2")
def test_mails_beyond_the_limit_of_the_day_wait_for_the_next(inside: Cast) -> None:
    limit(inside.workspace, Limited.EMAILS, 3)
    sender_row = make_sender(inside.admin)
    people = [make_person(inside.admin) for _number in range(5)]
    for person in people:
        agree(person)
    queue(make_version(inside.admin), people)
    house = inside.workspace.pk

    def taken(days: int) -> int:
        at = NOW + timedelta(days=days)
        return len(take_due(workspace_id=house, sender=sender_row, token="me", now=at, limit=2))

    assert [taken(0), taken(0), taken(0)] == [2, 1, 0]
    assert taken(1) == 2
    assert not Message.objects.exclude(state="handing_off").exists()


@pytest.mark.shows("2.3.2")
def test_what_was_not_sent_does_not_count(inside: Cast) -> None:
    sender_row = make_sender(inside.admin)
    person = make_person(inside.admin)
    agree(person)
    queue(make_version(inside.admin), [person])
    take_due(workspace_id=inside.workspace.pk, sender=sender_row, token="me", now=NOW, limit=9)
    assert used(inside.workspace, Limited.EMAILS) == 1

    release_untried(workspace_id=inside.workspace.pk, token="me", known=[], now=NOW)

    assert used(inside.workspace, Limited.EMAILS) == 0


@pytest.mark.shows("2.3.2")
def test_events_beyond_the_limit_are_stored_and_counted_once(sender: Sender) -> None:
    limit(sender.cast.workspace, Limited.EVENTS, 1)
    calls = [{"type": "track", "userId": "u1", "event": "Seen", "messageId": f"m{number}"} for number in range(3)]

    for _again in range(2):
        assert post("/v1/batch", {"batch": calls}, sender.key).status_code == 200
        process_workspace(sender.workspace_id)

    with tenancy.workspace(sender.workspace_id):
        assert Event.objects.count() == 3
        (standing,) = standings(
            sender.workspace_id, now=Event.objects.latest("received_at").received_at, of=[Limited.EVENTS]
        )
    assert (standing.used, standing.percent) == (3, 300)


@pytest.mark.shows("2.3.4")
def test_fifty_at_once_spend_no_more_than_there_is(committed_db: str) -> None:
    cast = make_cast()
    house = cast.workspace.pk
    limit(cast.workspace, Limited.EXPORT_ROWS, 205)

    def export(_number: int) -> None:
        spend(workspace_id=house, what=Limited.EXPORT_ROWS, amount=10, now=NOW, refusal=OperationError)

    assert at_once(cast, export) == 20
    assert used(cast.workspace, Limited.EXPORT_ROWS) == 200


@pytest.mark.shows("2.3.4")
def test_fifty_at_once_take_no_more_seats_than_there_are(committed_db: str) -> None:
    cast = make_cast()
    limit(cast.workspace, Limited.SEGMENTS, 5)

    assert at_once(cast, lambda number: add_segment(cast, number)) == 5

    with tenancy.workspace(cast.workspace.pk):
        assert Segment.objects.count() == 5


def at_once(cast: Cast, act: Callable[[int], None]) -> int:
    """Let fifty transactions do it at the same moment; return how many were not refused."""
    ready = threading.Barrier(50)

    def attempt(number: int) -> bool:
        try:
            with tenancy.workspace(cast.workspace.pk):
                ready.wait(60)
                act(number)
        except OperationError:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(50) as threads:
        return sum(threads.map(attempt, range(50)))
