"""What follows from stored events can be made anew, for any days, as often as wanted."""

from datetime import UTC, datetime
from typing import Any

from dangol.customers.models import Person
from dangol.kit import tenancy
from dangol.tracking.models import DailyCount, HourlyCount, Order, OrderLine
from dangol.tracking.operations import replay_events
from dangol.tracking.operations.hours import count_hours_anew
from tests.factories import NOW
from tests.tracking.test_order_of_arrival import calls_with_repeats, outcome
from tests.tracking.test_processing import Inbox, inbox, track

__all__ = ["inbox"]


def test_a_replay_restores_what_was_spoilt_and_changes_nothing_else(inbox: Inbox) -> None:
    inbox.put("batch", {"batch": calls_with_repeats()})
    inbox.process()
    with tenancy.workspace(inbox.workspace.pk):
        before, hours = outcome(), hourly_counts()
        DailyCount.objects.update(count=99, amount=7)
        HourlyCount.objects.filter(hour__date="2026-11-20").update(count=99)
        OrderLine.objects.all().delete()
        Order.objects.all().delete()
        Person.objects.update(name="?", city="?", fields={"wrong": True})
    for _time in range(2):
        assert replayed(inbox, day=20) == [4]
        with tenancy.workspace(inbox.workspace.pk):
            assert (outcome(), hourly_counts()) == (before, hours)


def test_days_without_events_concern_nobody(inbox: Inbox) -> None:
    inbox.put("batch", {"batch": calls_with_repeats()})
    inbox.process()
    assert replayed(inbox, day=1) == []


def test_only_the_hours_that_it_touches_are_counted_anew(inbox: Inbox) -> None:
    at = ["2026-11-20T09:59:59.9Z", "2026-11-20T10:00:00Z", "2026-11-20T11:30:00Z", "2026-12-01T00:00:00Z"]
    received = datetime(2026, 12, 2, tzinfo=UTC)
    inbox.put("batch", {"batch": [track(timestamp=stamp) for stamp in at]}, received_at=received)
    inbox.process()
    with tenancy.workspace(inbox.workspace.pk):
        HourlyCount.objects.update(count=99)
    since, until = datetime(2026, 11, 20, 10, 20, tzinfo=UTC), datetime(2026, 11, 20, 11, 0, 1, tzinfo=UTC)
    count_hours_anew(workspace_id=inbox.workspace.pk, since=since, until=until)
    with tenancy.workspace(inbox.workspace.pk):
        assert [count for _name, _hour, _source, count in hourly_counts()] == [99, 1, 1, 99]
    count_hours_anew(workspace_id=inbox.workspace.pk, since=since, until=received)
    with tenancy.workspace(inbox.workspace.pk):
        assert [count for _name, _hour, _source, count in hourly_counts()] == [99, 1, 1, 1]


def hourly_counts() -> list[tuple[Any, ...]]:
    return list(HourlyCount.objects.order_by("hour", "name").values_list("name", "hour", "source_id", "count"))


def replayed(inbox: Inbox, *, day: int) -> list[int]:
    since, until = datetime(2026, 11, day, tzinfo=UTC), datetime(2026, 11, day + 1, tzinfo=UTC)
    return list(replay_events(workspace_id=inbox.workspace.pk, since=since, until=until, now=NOW))
