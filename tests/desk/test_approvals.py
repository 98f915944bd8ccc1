"""Approvals on their pages: asked for by whom, answered by whom, and what then happens to campaigns, files and rows."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dangol.customers.models import Person
from dangol.desk.models import BulkChange
from dangol.kit import tenancy
from dangol.marketing.models import Campaign
from dangol.messaging.operations import edit_template
from dangol.workspaces.enums import Role
from dangol.workspaces.models import Absence, Approval, ApprovalRule, Member
from dangol.workspaces.operations import clear, do_what_was_approved, save_approval_rule
from tests.conftest import MemberClient
from tests.factories import make_person
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
    told = {"substitute": str(cast.dana.pk), "first": "2026-11-23", "last": "2026-11-24"}
    assert minsu.post("/approvals/", told | {"substitute": str(cast.lee.pk)}).status_code == 200
    assert minsu.post("/approvals/", told).status_code == 302
    with tenancy.workspace(cast.workspace.pk):
        away = Absence.objects.get()
    assert (away.substitute_id, (away.until - away.since).days) == (cast.dana.pk, 2)
    assert minsu.post("/approvals/back/").status_code == 302
    with tenancy.workspace(cast.workspace.pk):
        assert not Absence.objects.exists()
