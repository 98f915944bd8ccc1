"""Approvals on their pages: asked for by whom, answered by whom, and what then happens to campaigns, files and rows."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from dangol.customers.models import Person, RightsRequest
from dangol.customers.operations import take_request
from dangol.customers.operations.rights import erase_person_of
from dangol.desk.models import BulkChange
from dangol.desk.operations import export_events
from dangol.kit import tenancy
from dangol.marketing.models import Campaign
from dangol.messaging.operations import edit_template
from dangol.workspaces.enums import Role
from dangol.workspaces.models import Absence, Approval, ApprovalRule, Member
from dangol.workspaces.operations import (
    ask_for_elevation,
    be_away,
    clear,
    do_what_was_approved,
    save_approval_rule,
)
from dangol.workspaces.queries import waiting_for
from tests.conftest import MemberClient
from tests.factories import NOW, make_person
from tests.marketing.making import BODY, make_campaign, make_sender
from tests.people import Cast
from tests.workspaces.test_approvals import DISCOUNT, discounts

__all__ = ["discounts"]
ClientOf = Callable[[Member], MemberClient]
SETTINGS = "/settings/approvals/"


def rule(cast: Cast, subject: str, **details: Any) -> ApprovalRule:
    told = {"subject": subject, "way": "role", "role": Role.ADMINISTRATOR.value, "hours": 24, "needed": 1} | details
    with tenancy.workspace(cast.workspace.pk):
        return save_approval_rule(by=cast.admin, rule=None, details=told, now=timezone.now())


def agreed_to(cast: Cast, client: MemberClient) -> Approval:
    """Agree to the last question, and let the queue do its work."""
    with tenancy.workspace(cast.workspace.pk):
        question = Approval.objects.latest("asked_at")
    client.post(f"/approvals/{question.pk}/answer/", {"agree": "1", "note": "좋습니다"})
    with tenancy.workspace(cast.workspace.pk):
        do_what_was_approved(workspace_id=cast.workspace.pk, approval_id=question.pk)
        question.refresh_from_db()
    return question


@pytest.fixture
def campaign(cast: Cast) -> Campaign:
    with tenancy.workspace(cast.workspace.pk):
        make_sender(cast.marketer)
        return make_campaign(cast.marketer)


def state_of(campaign: Campaign) -> str:
    with tenancy.workspace(campaign.workspace_id):
        campaign.refresh_from_db()
    return campaign.state


@pytest.mark.shows("2.3.1")
def test_a_campaign_leaves_when_somebody_else_agreed(cast: Cast, campaign: Campaign, client_of: ClientOf) -> None:
    rule(cast, "campaign")
    marketer, admin = client_of(cast.marketer), client_of(cast.admin)
    for _press in range(2):
        marketer.post(f"/campaigns/{campaign.pk}/launch/")
    assert (agreed_to(cast, marketer).state, state_of(campaign)) == ("waiting", "draft")
    assert 'href="/approvals/"' in admin.get("/").content.decode()
    question = agreed_to(cast, admin)
    assert (question.state, state_of(campaign)) == ("used", "sending")
    assert "좋습니다" in marketer.get(f"/approvals/{question.pk}/").content.decode()


def test_another_wording_takes_another_approval(cast: Cast, campaign: Campaign, client_of: ClientOf) -> None:
    rule(cast, "campaign")
    client_of(cast.marketer).post(f"/campaigns/{campaign.pk}/launch/")
    with tenancy.workspace(cast.workspace.pk):
        edit_template(
            template=campaign.template, member=cast.marketer, subject="다른 제목", body=BODY, now=timezone.now()
        )
    assert (agreed_to(cast, client_of(cast.admin)).state, state_of(campaign)) == ("void", "draft")
    with tenancy.workspace(cast.workspace.pk):
        assert Approval.objects.get(state="waiting").content["subject"] == "다른 제목"


def test_a_long_list_becomes_a_file_once_for_each_approval(cast: Cast, client_of: ClientOf) -> None:
    rule(cast, "export", at_least=2)
    marketer, path = client_of(cast.marketer), "/lists/people/export.csv"
    with tenancy.workspace(cast.workspace.pk):
        make_person(cast.jieun)
    assert marketer.get(path).status_code == 200
    with tenancy.workspace(cast.workspace.pk):
        make_person(cast.jieun)
    assert [marketer.get(path).status_code, marketer.post(path).status_code] == [302, 302]
    assert agreed_to(cast, client_of(cast.admin)).state == "approved"
    answers = [marketer.post(path) for _time in range(2)]
    assert [answer.headers.get("Content-Type") for answer in answers] == [
        "text/csv; charset=utf-8",
        "text/html; charset=utf-8",
    ]


def test_rows_go_to_the_trash_when_somebody_else_agreed(cast: Cast, client_of: ClientOf) -> None:
    rule(cast, "deletion", at_least=2)
    with tenancy.workspace(cast.workspace.pk):
        people = [make_person(cast.jieun) for _number in range(2)]
    marketer = client_of(cast.marketer)
    marketer.post("/lists/people/changes/", {"act": "delete", "ids": [str(one.pk) for one in people]})
    with tenancy.workspace(cast.workspace.pk):
        assert (BulkChange.objects.get().state, Person.objects.count()) == ("waiting", 2)
    assert agreed_to(cast, client_of(cast.admin)).state == "used"
    with tenancy.workspace(cast.workspace.pk):
        assert (BulkChange.objects.get().state, Person.objects.count()) == ("done", 0)


@pytest.fixture
def officer(cast: Cast) -> Member:
    """Return the marketer as the privacy officer."""
    with tenancy.workspace(cast.workspace.pk):
        Member.objects.filter(pk=cast.marketer.pk).update(role=Role.PRIVACY_OFFICER)
        return Member.objects.get(pk=cast.marketer.pk)


@pytest.fixture
def erasure(cast: Cast) -> RightsRequest:
    """Return the request of somebody who wants to be erased."""
    with tenancy.workspace(cast.workspace.pk):
        person = make_person(cast.jieun, name="김하늘")
        return take_request(
            person=person, kind="erasure", identity_proof="신분증", member=cast.admin, now=timezone.now()
        )


def erase_if_told(cast: Cast, member: Member, erasure: RightsRequest) -> str:
    """Let the queue do its work, and return how far the request is."""
    with tenancy.workspace(cast.workspace.pk):
        erase_person_of(workspace_id=cast.workspace.pk, request_id=erasure.pk, member_id=member.pk)
        erasure.refresh_from_db()
    return erasure.state


@pytest.mark.shows("2.3.1")
def test_a_person_is_erased_when_somebody_else_agreed(
    cast: Cast, officer: Member, erasure: RightsRequest, client_of: ClientOf
) -> None:
    rule(cast, "erasure")
    client, path = client_of(officer), f"/settings/rights/{erasure.pk}/"
    for _press in range(2):
        client.post(f"{path}work/")
    with tenancy.workspace(cast.workspace.pk):
        question = Approval.objects.get()
    assert erase_if_told(cast, officer, erasure) == "open"
    assert f"/approvals/{question.pk}/" in client.get(path).content.decode()
    assert "김하늘" not in client_of(cast.admin).get(f"/approvals/{question.pk}/").content.decode()
    assert agreed_to(cast, client_of(cast.admin)).state == "used"
    assert erase_if_told(cast, officer, erasure) == "done"
    with tenancy.workspace(cast.workspace.pk):
        assert not Person.objects.exists()


def test_who_became_somebody_else_takes_another_approval(
    cast: Cast, officer: Member, erasure: RightsRequest, client_of: ClientOf
) -> None:
    rule(cast, "erasure")
    client_of(officer).post(f"/settings/rights/{erasure.pk}/work/")
    with tenancy.workspace(cast.workspace.pk):
        RightsRequest.objects.update(person=make_person(cast.jieun))
    assert agreed_to(cast, client_of(cast.admin)).state == "void"
    assert erase_if_told(cast, officer, erasure) == "open"


def test_events_leave_the_house_when_somebody_else_agreed(cast: Cast, client_of: ClientOf) -> None:
    rule(cast, "events")
    told = {"name": "Paid", "since": NOW - timedelta(days=1), "until": NOW, "segment": None, "form": "csv"}
    with tenancy.workspace(cast.workspace.pk):
        export = export_events(member=cast.marketer, now=timezone.now(), **told)  # type: ignore[arg-type] # as a form tells it
    page = client_of(cast.marketer).get("/events/exports/")
    with tenancy.workspace(cast.workspace.pk):
        question = Approval.objects.get()
        assert not ProcrastinateJob.objects.filter(task_name__endswith="run_event_export").exists()
    assert (export.state, f"/approvals/{question.pk}/" in page.content.decode()) == ("waiting", True)
    lines = client_of(cast.admin).get(f"/approvals/{question.pk}/").content.decode()
    assert "Paid" in lines
    assert agreed_to(cast, client_of(cast.admin)).state == "used"
    with tenancy.workspace(cast.workspace.pk):
        export.refresh_from_db()
        assert ProcrastinateJob.objects.filter(task_name__endswith="run_event_export").count() == 1
    assert export.state == "running"


@pytest.mark.shows("2.3.1")
def test_rights_are_lent_when_others_agreed_but_never_who_gets_them(cast: Cast, client_of: ClientOf) -> None:
    rule(cast, "elevation", at_least=2, way="members", role="", members=[cast.jieun.pk, cast.marketer.pk])
    admin = client_of(cast.admin)
    with tenancy.workspace(cast.workspace.pk):
        now = timezone.now()
        be_away(member=cast.marketer, substitute=cast.jieun, since=now, until=now + timedelta(days=1), now=now)
        wish = ask_for_elevation(member=cast.jieun, role=Role.MANAGER, reason="결산", hours=2, now=now)
    admin.post(f"/settings/elevations/{wish.pk}/", {"grant": "1"})
    with tenancy.workspace(cast.workspace.pk):
        question = Approval.objects.get()
        wish.refresh_from_db()
        assert (question.members, wish.answered_at) == ([cast.marketer.pk], None)
        assert waiting_for(cast.jieun, now=timezone.now()) == []
    assert f"/approvals/{question.pk}/" in admin.get("/settings/elevations/").content.decode()
    assert agreed_to(cast, client_of(cast.jieun)).state == "waiting"
    assert agreed_to(cast, client_of(cast.marketer)).state == "used"
    with tenancy.workspace(cast.workspace.pk):
        wish.refresh_from_db()
    assert (wish.answered_by_id, wish.until is not None) == (cast.admin.pk, True)


def test_few_hours_are_lent_by_one_alone(cast: Cast, client_of: ClientOf) -> None:
    rule(cast, "elevation", at_least=3, way="members", role="", members=[cast.marketer.pk])
    with tenancy.workspace(cast.workspace.pk):
        wish = ask_for_elevation(member=cast.jieun, role=Role.MANAGER, reason="결산", hours=2, now=timezone.now())
    client_of(cast.admin).post(f"/settings/elevations/{wish.pk}/", {"grant": "1"})
    with tenancy.workspace(cast.workspace.pk):
        wish.refresh_from_db()
        assert not Approval.objects.exists()
    assert wish.until is not None


def test_who_has_nothing_to_do_with_a_question_does_not_find_it(
    cast: Cast, discounts: list[object], client_of: ClientOf
) -> None:
    rule(cast, "discount", way="members", role="", members=[cast.minsu.pk])
    with tenancy.workspace(cast.workspace.pk):
        question = clear(proposal=DISCOUNT, by=cast.jieun, now=timezone.now())
    assert question is not None
    names = ("admin", "jieun", "minsu", "dana", "lee")
    path = f"/approvals/{question.pk}/"
    answers = {name: client_of(getattr(cast, name)).get(path).status_code for name in names}
    assert answers == {"admin": 200, "jieun": 200, "minsu": 200, "dana": 404, "lee": 404}
    assert client_of(cast.dana).post(f"{path}answer/", {"agree": "1"}).status_code == 404
    assert {name: client_of(getattr(cast, name)).get(SETTINGS).status_code for name in names} == {
        "admin": 200, "jieun": 403, "minsu": 403, "dana": 403, "lee": 200,
    }  # fmt: skip


@pytest.mark.parametrize("questions", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(
    cast: Cast, discounts: list[object], client_of: ClientOf, questions: int
) -> None:
    rule(cast, "discount", way="members", role="", members=[cast.minsu.pk])
    with tenancy.workspace(cast.workspace.pk):
        for number in range(questions):
            proposal = type(DISCOUNT)(subject="discount", row_id=cast.jieun.pk, content={"percent": number}, amount=1)
            clear(proposal=proposal, by=cast.jieun, now=timezone.now())
    client = client_of(cast.minsu)
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/approvals/").status_code == 200
    assert len(asked) == 15, "\n".join(one["sql"][:160] for one in asked)


def test_rules_are_made_changed_and_deleted_as_sentences(cast: Cast, client_of: ClientOf) -> None:
    admin = client_of(cast.admin)
    told = {"subject": "campaign", "at_least": "1000", "way": "members", "needed": "2", "hours": "48",
            "member_1": str(cast.dana.pk), "member_2": str(cast.minsu.pk), "in_order": "on"}  # fmt: skip
    assert admin.post(f"{SETTINGS}new/", told).status_code == 302
    page = admin.get(SETTINGS).content.decode()
    assert all(word in page for word in ("1,000", "48", "Dana, 민수"))
    assert admin.post(f"{SETTINGS}new/", told).status_code == 422
    with tenancy.workspace(cast.workspace.pk):
        [made] = ApprovalRule.objects.all()
    assert admin.post(f"{SETTINGS}{made.pk}/", told | {"needed": "3"}).status_code == 422
    assert client_of(cast.lee).post(f"{SETTINGS}{made.pk}/delete/").status_code == 404
    assert admin.post(f"{SETTINGS}{made.pk}/delete/").status_code == 302
    with tenancy.workspace(cast.workspace.pk):
        assert not ApprovalRule.objects.exists()


def test_somebody_stands_in_until_the_last_day(cast: Cast, client_of: ClientOf) -> None:
    minsu = client_of(cast.minsu)
    today = timezone.localdate()
    told = {"substitute": str(cast.dana.pk), "first": str(today), "last": str(today + timedelta(days=1))}
    assert minsu.post("/approvals/", told | {"substitute": str(cast.lee.pk)}).status_code == 200
    assert minsu.post("/approvals/", told).status_code == 302
    with tenancy.workspace(cast.workspace.pk):
        away = Absence.objects.get()
    assert (away.substitute_id, (away.until - away.since).days) == (cast.dana.pk, 2)
    assert minsu.post("/approvals/back/").status_code == 302
    with tenancy.workspace(cast.workspace.pk):
        assert not Absence.objects.exists()


@pytest.mark.parametrize("last", ["2020-01-02", "2900-01-01", "9999-12-31"])
def test_nobody_stands_in_for_a_time_that_is_over_or_endless(last: str, cast: Cast, client_of: ClientOf) -> None:
    told = {"substitute": str(cast.minsu.pk), "first": "2020-01-01", "last": last}
    assert client_of(cast.jieun).post("/approvals/", told).status_code == 200
    with tenancy.workspace(cast.workspace.pk):
        assert not Absence.objects.exists()
