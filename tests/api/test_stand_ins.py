"""Who answers for whom, through the API."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dangol.kit import tenancy
from dangol.workspaces.enums import KeyScope
from dangol.workspaces.models import Absence, AuditEntry, Member
from dangol.workspaces.operations import be_away
from tests.api.conftest import ProgramOf
from tests.api.test_approvals import by_a_colleague
from tests.people import Cast

DAY = timedelta(days=1)


def told(substitute: Member, **changes: Any) -> dict[str, Any]:
    now = timezone.now()
    since, until = changes.pop("since", now), changes.pop("until", now + 7 * DAY)
    return {"substitute_id": str(substitute.pk), "since": since.isoformat(), "until": until.isoformat(), **changes}


def names(program: Any) -> list[tuple[str, str]]:
    return [(one["member_name"], one["substitute_name"]) for one in program.get("stand-ins").json()]


def test_a_member_names_a_stand_in_and_ends_that(cast: Cast, program_of: ProgramOf) -> None:
    jieun, minsu, dana = program_of(cast.jieun), program_of(cast.minsu), program_of(cast.dana)
    assert names(jieun) == []
    assert jieun.post("stand-ins", told(cast.dana)).status_code == 201
    made = jieun.post("stand-ins", told(cast.minsu))
    assert (made.status_code, made.json()["substitute_id"]) == (201, str(cast.minsu.pk))
    assert jieun.get("stand-ins").json() == minsu.get("stand-ins").json() == [made.json()]
    assert names(dana) == names(program_of(cast.lee)) == []
    assert dana.delete("stand-ins").status_code == minsu.delete("stand-ins").status_code == 204
    assert names(jieun) == [("지은", "민수")]
    assert jieun.delete("stand-ins").status_code == 204
    assert names(minsu) == []
    with tenancy.workspace(cast.workspace.pk):
        assert AuditEntry.objects.filter(verb="be_away", member=cast.jieun, deed="grant").count() == 3


@pytest.mark.shows("2.3.1")
def test_nobody_names_a_stand_in_with_a_key_that_somebody_else_made(cast: Cast, program_of: ProgramOf) -> None:
    assert by_a_colleague(cast, cast.jieun).post("stand-ins", told(cast.admin)).status_code == 403
    assert program_of(cast.jieun, scope=KeyScope.READ).post("stand-ins", told(cast.minsu)).status_code == 403
    with tenancy.workspace(cast.workspace.pk):
        assert not Absence.objects.exists()
    assert program_of(cast.jieun).post("stand-ins", told(cast.minsu)).status_code == 201
    assert by_a_colleague(cast, cast.jieun).delete("stand-ins").status_code == 403
    with tenancy.workspace(cast.workspace.pk):
        assert Absence.objects.get().substitute_id == cast.minsu.pk


def test_who_and_when_are_checked(cast: Cast, program_of: ProgramOf) -> None:
    jieun, now = program_of(cast.jieun), timezone.now()
    with tenancy.workspace(cast.workspace.pk):
        Member.objects.filter(pk=cast.dana.pk).update(ended_at=now)
    wrong = [
        told(cast.lee), told(cast.dana), told(cast.jieun), told(cast.minsu, until=now - DAY),
        told(cast.minsu, since=now + 8 * DAY), told(cast.minsu, until=now + 400 * DAY), told(cast.minsu, owner="me"),
        told(cast.minsu, since=datetime.min.replace(tzinfo=now.tzinfo)),
        told(cast.minsu) | {"since": "2026-01-01T00:00:00"},
        told(cast.minsu) | {"until": "9999-12-31T23:59:59-12:00"},
    ]  # fmt: skip
    answers = [jieun.post("stand-ins", one) for one in wrong]
    assert [answer.status_code for answer in answers] == [422] * len(wrong)
    with tenancy.workspace(cast.workspace.pk):
        assert not Absence.objects.exists()


@pytest.mark.parametrize("away", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(cast: Cast, program_of: ProgramOf, away: int) -> None:
    now = timezone.now()
    with tenancy.workspace(cast.workspace.pk):
        for member in (cast.jieun, cast.dana, cast.marketer)[:away]:
            be_away(member=member, substitute=cast.minsu, since=now, until=now + DAY, now=now)
    minsu = program_of(cast.minsu)
    minsu.get("stand-ins")
    with CaptureQueriesContext(connection) as queries:
        assert len(names(minsu)) == away
    assert len([one for one in queries if "SAVEPOINT" not in one["sql"]]) == 9
