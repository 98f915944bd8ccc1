"""What a workspace uses: who sees it, who is warned, and how limits are set."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dangol.config.cli import main
from dangol.desk.operations import measure_levels
from dangol.desk.usage import uses_of
from dangol.kit import tenancy
from dangol.workspaces.contracts import Alarms
from dangol.workspaces.enums import Limited
from dangol.workspaces.models import Limit, Member, Use
from dangol.workspaces.operations import count_use, note_level, set_limits
from tests.api.conftest import ProgramOf, program_of
from tests.conftest import MemberClient
from tests.factories import make_person
from tests.people import Cast, make_cast

__all__ = ["program_of"]

ClientOf = Callable[[Member], MemberClient]


def test_administrators_see_what_is_used_and_how_much_may_be(cast: Cast, client_of: ClientOf) -> None:
    with tenancy.workspace(cast.workspace.pk):
        set_limits(workspace_id=cast.workspace.pk, limits={Limited.EMAILS: 2000})
        count_use(workspace_id=cast.workspace.pk, what=Limited.EMAILS, amount=1234, now=timezone.now())

    page = client_of(cast.admin).get("/settings/usage/").text

    assert "1,234" in page
    assert "2,000" in page
    assert [client_of(one).get("/settings/usage/").status_code for one in (cast.jieun, cast.minsu, cast.dana)] == [
        403
    ] * 3
    assert "1,234" not in client_of(cast.lee).get("/settings/usage/").text


def test_what_was_never_measured_is_measured_when_somebody_looks(cast: Cast, client_of: ClientOf) -> None:
    with tenancy.workspace(cast.workspace.pk):
        make_person(cast.admin)
    measured = []
    for _visit in range(2):
        client_of(cast.admin).get("/settings/usage/")
        with tenancy.workspace(cast.workspace.pk):
            measured.append(dict(Use.objects.values_list("what", "amount")))
            make_person(cast.admin)
    assert [(levels["people"], levels["members"]) for levels in measured] == [(1, 5), (1, 5)]


def test_the_page_costs_two_reads_however_much_was_used(inside: Cast) -> None:
    for what in Limited:
        count_use(workspace_id=inside.workspace.pk, what=what, amount=1, now=timezone.now())

    with CaptureQueriesContext(connection) as asked:
        uses_of(inside.workspace.pk, now=timezone.now())

    assert len(asked) == 2


def test_the_trend_shows_each_day_and_keeps_a_level_until_it_is_measured_again(inside: Cast) -> None:
    now, house = timezone.now(), inside.workspace.pk
    for days, amount in ((3, 5), (0, 7)):
        note_level(workspace_id=house, what=Limited.PEOPLE, amount=amount, now=now - timedelta(days=days))
        count_use(workspace_id=house, what=Limited.EVENTS, amount=amount, now=now - timedelta(days=days))

    with timezone.override(inside.workspace.time_zone):  # as the page has it
        bars = {use.standing.what: [bar.amount for bar in use.bars[-5:]] for use in uses_of(house, now=now)}

    assert bars[Limited.PEOPLE] == [0, 5, 5, 5, 7]
    assert bars[Limited.EVENTS] == [0, 5, 0, 0, 7]


@pytest.mark.parametrize(
    ("used", "title"),
    [
        (79, None), (80, "Most of a limit is used: Events, 80 %"), (94, "Most of a limit is used: Events, 94 %"),
        (95, "Limit nearly reached or reached: Events, 95 %"), (120, "Limit nearly reached or reached: Events, 120 %"),
    ],
)  # fmt: skip
def test_administrators_are_warned_before_a_limit(used: int, title: str | None, inside: Cast) -> None:
    set_limits(workspace_id=inside.workspace.pk, limits={Limited.EVENTS: 100})
    count_use(workspace_id=inside.workspace.pk, what=Limited.EVENTS, amount=used, now=timezone.now())

    assert [alarm.title for alarm in Alarms.all_of(inside.admin)] == ([title] if title else [])
    assert [alarm for alarm in Alarms.all_of(inside.jieun) if "imit" in alarm.title] == []


def test_levels_are_measured_without_what_is_gone(inside: Cast) -> None:
    for deleted_at in (None, timezone.now()):
        with tenancy.open_trash():
            make_person(inside.admin, email=f"{deleted_at is None}@example.com", deleted_at=deleted_at)
    Member.objects.filter(pk=inside.dana.pk).update(ended_at=timezone.now())

    measure_levels(workspace_id=inside.workspace.pk)

    used = {use.standing.what: use.standing.used for use in uses_of(inside.workspace.pk, now=timezone.now())}
    assert (used[Limited.PEOPLE], used[Limited.MEMBERS], used[Limited.STORAGE]) == (1, 4, 0)


def test_a_program_is_told_to_come_again_in_the_next_hour(committed_db: str, program_of: ProgramOf) -> None:
    cast = make_cast()
    with tenancy.workspace(cast.workspace.pk):
        set_limits(workspace_id=cast.workspace.pk, limits={Limited.API_CALLS: 3})
    program, other = program_of(cast.admin), program_of(cast.lee)

    answers = [program.get("people") for _call in range(5)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 3600
    assert "Settings → Usage" in answers[-1].json()["detail"]
    assert other.get("people").status_code == 200
    with tenancy.workspace(cast.workspace.pk):
        set_limits(workspace_id=cast.workspace.pk, limits={Limited.API_CALLS: None})
    assert program.get("people").status_code == 200


def test_whoever_runs_the_installation_sets_and_lists_limits(
    committed_db: str, capsys: pytest.CaptureFixture[str]
) -> None:
    cast = make_cast()
    main(["workspace", "limits", "people=100", "emails=5", "--workspace", "dangol"])
    main(["workspace", "limits", "emails=none", "--workspace", "dangol"])
    capsys.readouterr()

    main(["workspace", "limits"])

    said = capsys.readouterr().out.splitlines()
    assert "dangol people now: 0 of 100 (0 %)" in said
    assert "dangol emails day: 0 of no limit" in said
    assert "lee people now: 0 of no limit" in said
    with tenancy.workspace(cast.workspace.pk):
        assert list(Limit.objects.values_list("what", "most")) == [("people", 100)]
    assert main(["workspace", "limits", "peple=1", "--workspace", "dangol"]) == 1
