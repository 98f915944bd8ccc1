"""What follows from stored events can be made anew, for any days, as often as wanted."""

from datetime import UTC, datetime

from dangol.customers.models import Person
from dangol.kit import tenancy
from dangol.tracking.models import DailyCount, Order, OrderLine
from dangol.tracking.operations import replay_events
from tests.factories import NOW
from tests.tracking.test_order_of_arrival import calls_with_repeats, outcome
from tests.tracking.test_processing import Inbox, inbox

__all__ = ["inbox"]


def test_a_replay_restores_what_was_spoilt_and_changes_nothing_else(inbox: Inbox) -> None:
    inbox.put("batch", {"batch": calls_with_repeats()})
    inbox.process()
    with tenancy.workspace(inbox.workspace.pk):
        before = outcome()
        DailyCount.objects.update(count=99, amount=7)
        OrderLine.objects.all().delete()
        Order.objects.all().delete()
        Person.objects.update(name="?", city="?", fields={"wrong": True})
    for _time in range(2):
        assert replayed(inbox, day=20) == [4]
        with tenancy.workspace(inbox.workspace.pk):
            assert outcome() == before


def test_days_without_events_concern_nobody(inbox: Inbox) -> None:
    inbox.put("batch", {"batch": calls_with_repeats()})
    inbox.process()
    assert replayed(inbox, day=1) == []


def replayed(inbox: Inbox, *, day: int) -> list[int]:
    since, until = datetime(2026, 11, day, tzinfo=UTC), datetime(2026, 11, day + 1, tzinfo=UTC)
    return list(replay_events(workspace_id=inbox.workspace.pk, since=since, until=until, now=NOW))
