"""The page where a time is replayed: who may, one at a time, stopping, going on, and crashes."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dangol.kit import tenancy
from dangol.tracking.models import DailyCount, Order, Replay
from dangol.tracking.operations import replaying, run_replay, start_replay
from dangol.tracking.operations.rebuilding import rebuild_people
from dangol.workspaces.models import AuditEntry, Member
from tests.conftest import MemberClient
from tests.factories import NOW
from tests.people import Cast
from tests.tracking.test_order_of_arrival import calls_with_repeats, outcome
from tests.tracking.test_processing import Inbox, inbox

__all__ = ["inbox"]

ClientOf = Callable[[Member], MemberClient]
PATH = "/sources/replays/"
THAT_DAY = {"since": "2026-11-20T09:00", "until": "2026-11-21T09:00"}
"""In Seoul, where the workspace is."""


def test_only_administrators_replay(cast: Cast, client_of: ClientOf) -> None:
    with tenancy.workspace(cast.workspace.pk):
        replay = begun(cast)
    answers = {
        name: [
            client_of(getattr(cast, name)).get(PATH).status_code,
            client_of(getattr(cast, name)).post(f"{PATH}{replay.pk}/stop/").status_code,
        ]
        for name in ("lee", "jieun", "minsu", "dana", "marketer", "admin")
    }
    refused = [403, 403]
    assert answers == {
        "lee": [200, 404],
        "jieun": refused,
        "minsu": refused,
        "dana": refused,
        "marketer": refused,
        "admin": [200, 302],
    }
    assert "Nothing was replayed yet" in client_of(cast.lee).get(PATH).content.decode()


def test_a_time_chosen_on_the_page_is_made_anew(inbox: Inbox, cast: Cast, client_of: ClientOf) -> None:
    inbox.put("batch", {"batch": calls_with_repeats()})
    inbox.process()
    with tenancy.workspace(cast.workspace.pk):
        before = outcome()
        DailyCount.objects.update(count=99)
        Order.objects.update(item_count=99)
    client = client_of(cast.admin)
    assert client.post(PATH, THAT_DAY).status_code == 302
    page = client.get(PATH).content.decode()
    assert 'hx-trigger="every 1s"' in page
    with tenancy.workspace(cast.workspace.pk):
        replay = Replay.objects.get()
        assert AuditEntry.objects.filter(verb="replay_events").count() == 1
    run_replay(workspace_id=cast.workspace.pk, replay_id=replay.pk)
    with tenancy.workspace(cast.workspace.pk):
        replay.refresh_from_db()
        assert (replay.state, replay.done, replay.people) == ("done", 4, 4)
        assert outcome() == before
    page = client.get(PATH, headers={"accept-language": "en", "hx-request": "true"}).content.decode()
    assert "hx-trigger" not in page


def test_what_failed_goes_on_behind_the_people_who_are_done(
    inbox: Inbox, cast: Cast, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox.put("batch", {"batch": calls_with_repeats()})
    inbox.process()
    monkeypatch.setattr(replaying, "AT_A_TIME", 1)
    rebuilt: list[Any] = []

    def failing_once(**told: Any) -> None:
        rebuilt.extend(told["person_ids"])
        if len(rebuilt) == 3:
            raise RuntimeError("a broken disk")
        rebuild_people(**told)

    monkeypatch.setattr(replaying, "rebuild_people", failing_once)
    with tenancy.workspace(cast.workspace.pk):
        replay = begun(cast)
    with pytest.raises(RuntimeError):
        run_replay(workspace_id=cast.workspace.pk, replay_id=replay.pk)
    assert state_of(cast, replay) == ("failed", 2, 4)
    assert client_of(cast.admin).post(f"{PATH}{replay.pk}/resume/").status_code == 302
    run_replay(workspace_id=cast.workspace.pk, replay_id=replay.pk)
    assert state_of(cast, replay) == ("done", 4, 4)
    assert rebuilt[2] == rebuilt[3]
    assert len(set(rebuilt)) == 4


def test_one_runs_at_a_time_and_a_stopped_one_does_nothing(inbox: Inbox, cast: Cast, client_of: ClientOf) -> None:
    inbox.put("batch", {"batch": calls_with_repeats()})
    inbox.process()
    client = client_of(cast.admin)
    with tenancy.workspace(cast.workspace.pk):
        replay = begun(cast)
    assert client.post(PATH, THAT_DAY).status_code == 200
    client.post(f"{PATH}{replay.pk}/stop/")
    run_replay(workspace_id=cast.workspace.pk, replay_id=replay.pk)
    assert state_of(cast, replay) == ("stopped", 0, None)
    client.post(PATH, THAT_DAY)
    client.post(f"{PATH}{replay.pk}/resume/")
    assert state_of(cast, replay) == ("stopped", 0, None)


@pytest.mark.parametrize(
    "told", [{"since": ""}, {"since": "2026-11-21T09:00", "until": "2026-11-20T09:00"}, {"since": "x"}]
)
def test_a_time_that_is_none_is_refused_beside_the_form(cast: Cast, client_of: ClientOf, told: dict[str, str]) -> None:
    assert "field-error" in (page := client_of(cast.admin).post(PATH, told).content.decode()) or "notice-bad" in page
    with tenancy.workspace(cast.workspace.pk):
        assert Replay.objects.count() == 0


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(cast: Cast, client_of: ClientOf, rows: int) -> None:
    with tenancy.workspace(cast.workspace.pk):
        for _row in range(rows):
            replay = begun(cast)
            Replay.objects.filter(pk=replay.pk).update(state="done", people=0)
    client = client_of(cast.admin)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(PATH).status_code == 200
    assert len(captured) == 12


def begun(cast: Cast) -> Replay:
    return start_replay(
        member=cast.admin, since=datetime(2026, 11, 20, tzinfo=UTC), until=datetime(2026, 11, 21, tzinfo=UTC), now=NOW
    )


def state_of(cast: Cast, replay: Replay) -> tuple[str, int, int | None]:
    with tenancy.workspace(cast.workspace.pk):
        replay.refresh_from_db()
    return replay.state, replay.done, replay.people
