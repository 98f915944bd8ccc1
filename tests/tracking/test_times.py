"""Late events and events from the future: what an owner allows, what is put aside, and taking it in again."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from dangol.kit import tenancy
from dangol.tracking.models import DeadLetter, Event, Source, TimeRules
from dangol.tracking.operations import set_time_rules, try_again
from dangol.workspaces.models import AuditEntry, Member
from tests.conftest import MemberClient
from tests.factories import NOW
from tests.people import Cast
from tests.tracking.test_processing import RECEIVED, Inbox, inbox, letters, track

__all__ = ["inbox"]

ClientOf = Callable[[Member], MemberClient]
PATH = "/sources/times/"


def rule(cast: Cast, **told: Any) -> None:
    with tenancy.workspace(cast.workspace.pk):
        set_time_rules(member=cast.admin, now=NOW, **({"hours_ahead": None, "days_late": None} | told))


@pytest.mark.parametrize(
    ("rules", "away", "codes"),
    [
        ({}, timedelta(days=-9000), []),
        ({}, timedelta(days=9000), []),
        ({"days_late": 7}, timedelta(days=-7), []),
        ({"days_late": 7}, timedelta(days=-7, seconds=-1), ["too_late"]),
        ({"days_late": 7}, timedelta(days=9000), []),
        ({"hours_ahead": 2}, timedelta(hours=2), []),
        ({"hours_ahead": 2}, timedelta(hours=2, seconds=1), ["too_far_ahead"]),
        ({"hours_ahead": 2}, timedelta(days=-9000), []),
    ],
)
def test_what_is_too_far_from_its_arrival_is_put_aside(
    inbox: Inbox, cast: Cast, rules: dict[str, int], away: timedelta, codes: list[str]
) -> None:
    rule(cast, **rules)
    inbox.take(track(timestamp=(RECEIVED + away).isoformat()))
    with tenancy.workspace(cast.workspace.pk):
        assert (letters(), Event.objects.count()) == (codes, 0 if codes else 1)


def test_a_changed_rule_lets_it_in_again_however_long_it_waited(inbox: Inbox, cast: Cast) -> None:
    rule(cast, days_late=7)
    inbox.take(track(timestamp=(RECEIVED - timedelta(days=8)).isoformat()))
    rule(cast, days_late=9)
    with tenancy.workspace(cast.workspace.pk):
        try_again(letters=DeadLetter.objects.all(), member=cast.admin, now=NOW + timedelta(days=30))
    inbox.process()
    with tenancy.workspace(cast.workspace.pk):
        assert (letters(), Event.objects.get().occurred_at) == ([], RECEIVED - timedelta(days=8))


def test_files_of_past_events_are_of_the_past(inbox: Inbox, cast: Cast) -> None:
    rule(cast, days_late=7)
    with tenancy.workspace(cast.workspace.pk):
        Source.objects.update(kind="event_files")
    inbox.take(track(timestamp="2001-01-01T00:00:00Z"))
    with tenancy.workspace(cast.workspace.pk):
        assert (letters(), Event.objects.count()) == ([], 1)


def test_mapped_documents_follow_the_rules_too(inbox: Inbox, cast: Cast) -> None:
    rule(cast, days_late=7)
    with tenancy.workspace(cast.workspace.pk):
        Source.objects.update(mapping={"fields": {"who": "user_id", "at": "time"}, "event": "Door Opened"})
    document = {"who": "u1", "at": "2026-01-01T00:00:00Z"}
    inbox.put("mapped", json.dumps({"id": "d1", "document": document}).encode())
    inbox.process()
    with tenancy.workspace(cast.workspace.pk):
        assert letters() == ["too_late"]


def test_owners_choose_and_everybody_reads_what_happens(cast: Cast, client_of: ClientOf, inbox: Inbox) -> None:
    told = {"days_late": "7", "hours_ahead": ""}
    answers = {
        name: client_of(getattr(cast, name)).post(PATH, told).status_code
        for name in ("jieun", "minsu", "dana", "marketer", "admin")
    }
    assert answers == {"jieun": 403, "minsu": 403, "dana": 403, "marketer": 403, "admin": 302}
    client = client_of(cast.dana)
    page = client.get("/sources/", headers={"accept-language": "en"}).content.decode()
    assert "What happened more than 7 days before it arrives waits among the dead letters." in page
    assert "What claims to come from the future counts as happening when it arrived." in page
    assert PATH not in page
    client_of(cast.lee).post(PATH, {"days_late": "1"})
    with tenancy.workspace(cast.workspace.pk):
        rules = TimeRules.objects.get()
        assert (rules.days_late, rules.hours_ahead) == (7, None)
        assert AuditEntry.objects.get(verb="set_time_rules").detail == {"days_late": 7, "hours_ahead": None}


@pytest.mark.parametrize("days", ["0", "-1", "soon", "100001"])
def test_a_rule_that_is_no_number_of_days_is_refused(cast: Cast, client_of: ClientOf, days: str) -> None:
    assert "field-error" in client_of(cast.admin).post(PATH, {"days_late": days}).content.decode()
    with tenancy.workspace(cast.workspace.pk):
        assert TimeRules.objects.count() == 0
