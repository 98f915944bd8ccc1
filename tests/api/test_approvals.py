"""Questions, votes and rules through the API."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dangol.kit import tenancy
from dangol.workspaces.enums import KeyScope, Role
from dangol.workspaces.models import Approval, ApprovalRule, ApprovalVote, CustomRole, Member
from dangol.workspaces.operations import clear, make_api_key
from tests.api.conftest import Program, ProgramOf
from tests.people import Cast
from tests.workspaces.test_approvals import DISCOUNT, NOW, discounts, named, rule

__all__ = ["discounts"]


@pytest.fixture
def question(cast: Cast, discounts: list[object]) -> Approval:
    """Return what 지은 asked of 민수, with Dana after him."""
    with tenancy.workspace(cast.workspace.pk):
        rule(cast.admin, **named(cast.minsu, cast.dana, needed=2, in_order=True))
        asked = clear(proposal=DISCOUNT, by=cast.jieun, now=NOW)
    assert asked is not None
    return asked


def by_a_colleague(cast: Cast, member: Member) -> Program:
    """Return a program whose key for the member an administrator made."""
    with tenancy.workspace(cast.workspace.pk):
        _key, secret = make_api_key(
            by=cast.admin, name="ERP", member=member, scope=KeyScope.WRITE, expires_at=None, now=NOW
        )
    return Program(secret)


def ids(program: Program, path: str) -> list[str]:
    told = program.get(path).json()
    return [one["id"] for one in (told if isinstance(told, list) else told["items"])]


def test_a_question_is_found_by_who_asked_and_who_may_answer(
    cast: Cast, question: Approval, program_of: ProgramOf
) -> None:
    mine = [str(question.pk)]
    seen = {
        name: (ids(program, "approvals"), ids(program, "approvals/waiting"), program.get(path).status_code)
        for name in ("admin", "jieun", "minsu", "dana", "marketer", "lee")
        for program, path in [(program_of(getattr(cast, name)), f"approvals/{question.pk}")]
    }
    assert seen == {
        "admin": (mine, [], 200), "jieun": (mine, [], 200), "minsu": (mine, mine, 200), "dana": (mine, [], 200),
        "marketer": ([], [], 404), "lee": ([], [], 404),
    }  # fmt: skip
    told = program_of(cast.minsu).get(f"approvals/{question.pk}").json()
    assert (told["state"], told["amount"], told["by_name"], told["is_mine_to_answer"]) == ("waiting", 500, "지은", True)
    assert (told["title"], told["lines"]) == ("Give a discount", [{"label": "percent", "text": "20"}])
    assert told["url"].endswith(f"/discounts/{DISCOUNT.row_id}/")
    assert (told["members"], told["in_order"], told["votes"]) == ([str(cast.minsu.pk), str(cast.dana.pk)], True, [])


def test_a_vote_is_given_once_however_often_it_is_sent(cast: Cast, question: Approval, program_of: ProgramOf) -> None:
    minsu, path = program_of(cast.minsu), f"approvals/{question.pk}/votes"
    answers = [minsu.post(path, {"agrees": True, "note": "좋습니다"}, Idempotency_Key="one") for _time in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    [said] = answers[0].json()["votes"]
    assert (said["member_name"], said["agrees"], said["note"]) == ("민수", True, "좋습니다")
    assert minsu.post(path, {"agrees": False}).status_code == 422
    refused = program_of(cast.dana).post(path, {"agrees": False, "note": "너무 많음"})
    assert (refused.status_code, refused.json()["state"]) == (200, "refused")
    with tenancy.workspace(cast.workspace.pk):
        assert ApprovalVote.objects.count() == 2


@pytest.mark.shows("2.3.1")
def test_nobody_votes_with_a_key_that_somebody_else_made(cast: Cast, question: Approval, program_of: ProgramOf) -> None:
    path = f"approvals/{question.pk}/votes"
    assert by_a_colleague(cast, cast.minsu).post(path, {"agrees": True}).status_code == 403
    reading = program_of(cast.minsu, scope=KeyScope.READ)
    assert reading.post(path, {"agrees": True}).status_code == 403
    assert [program_of(one).post(path, {"agrees": True}).status_code for one in (cast.jieun, cast.lee)] == [422, 404]
    with tenancy.workspace(cast.workspace.pk):
        assert not ApprovalVote.objects.exists()


def test_only_who_asked_takes_a_question_back(cast: Cast, question: Approval, program_of: ProgramOf) -> None:
    path = f"approvals/{question.pk}/withdrawal"
    assert program_of(cast.minsu).post(path).status_code == 422
    assert program_of(cast.jieun).post(path).json()["state"] == "void"
    assert program_of(cast.jieun).post(path).status_code == 422


def test_who_may_change_no_customers_votes_all_the_same(cast: Cast, question: Approval, program_of: ProgramOf) -> None:
    with tenancy.workspace(cast.workspace.pk):
        own = CustomRole.objects.create(workspace=cast.workspace, name="감사", levels={}, fields={})
        Member.objects.filter(pk=cast.minsu.pk).update(role=Role.CUSTOM, custom_role=own)
    minsu = program_of(cast.minsu)
    assert minsu.post("people", {"name": "김하늘"}).status_code == 403
    assert minsu.post(f"approvals/{question.pk}/votes", {"agrees": True}).status_code == 200


@pytest.mark.parametrize("questions", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(
    cast: Cast, discounts: list[object], program_of: ProgramOf, questions: int
) -> None:
    with tenancy.workspace(cast.workspace.pk):
        rule(cast.admin, **named(cast.minsu))
        for member in (cast.jieun, cast.dana, cast.marketer)[:questions]:
            proposal = type(DISCOUNT)(subject="discount", row_id=member.pk, content={"percent": 1}, amount=1)
            clear(proposal=proposal, by=member, now=NOW)
    minsu = program_of(cast.minsu)
    minsu.get("approvals")
    for path in ("approvals", "approvals/waiting"):
        with CaptureQueriesContext(connection) as queries:
            assert len(ids(minsu, path)) == questions
        assert len([one for one in queries if "SAVEPOINT" not in one["sql"]]) == 9


def test_pages_of_questions_follow_each_other(cast: Cast, question: Approval, program_of: ProgramOf) -> None:
    minsu = program_of(cast.minsu)
    assert minsu.get("approvals?limit=1").json()["next_after"] is None
    assert minsu.get("approvals?after=nonsense").status_code == 422
    assert minsu.get("approvals?state=waiting").status_code == 422


def test_rules_are_made_changed_and_deleted_by_those_who_may(
    cast: Cast, discounts: list[object], program_of: ProgramOf
) -> None:
    admin = program_of(cast.admin)
    told: dict[str, Any] = {"subject": "discount", "at_least": 1000, "way": "role", "role": "sales", "needed": 2}
    made = admin.post("approval-rules", told)
    path = f"approval-rules/{made.json()['id']}"
    assert (made.status_code, made["Location"]) == (201, f"/api/v1/{path}")
    assert made.json() == {"id": made.json()["id"], "members": [], "in_order": False, "hours": 72, **told}
    changed = admin.patch(path, {"way": "members", "members": [str(cast.dana.pk), str(cast.minsu.pk)]}).json()
    assert (changed["role"], changed["members"]) == ("", [str(cast.dana.pk), str(cast.minsu.pk)])
    assert (changed["needed"], changed["at_least"]) == (2, 1000)
    assert admin.get("approval-rules").json() == [admin.get(path).json()]
    for member, status in ((cast.jieun, 403), (cast.marketer, 403), (cast.lee, 404)):
        program = program_of(member)
        assert {program.get(path).status_code, program.patch(path, {"hours": 1}).status_code} == {status}
        assert program.delete(path).status_code == status
    assert program_of(cast.jieun).get("approval-rules").status_code == 403
    assert program_of(cast.lee).get("approval-rules").json() == []
    assert admin.delete(path).status_code == 204
    with tenancy.workspace(cast.workspace.pk):
        assert not ApprovalRule.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"subject": "holiday"}, "subject"), ({"role": ""}, "role"), ({"role": "boss"}, "role"),
        ({"role": "custom"}, "role"), ({"way": "nobody"}, "way"), ({"needed": 10}, "needed"),
        ({"hours": 0}, "hours"), ({"at_least": -1}, "at_least"), ({"at_least": 2**63}, "at_least"),
        ({"way": "members", "members": ["00000000-0000-0000-0000-000000000001"]}, "members"),
        ({"needed": 4}, None), ({"owner": "me"}, "owner"),
    ],
)  # fmt: skip
def test_a_rule_that_asks_for_what_is_not_there_is_refused(
    cast: Cast, discounts: list[object], program_of: ProgramOf, change: dict[str, Any], field: str | None
) -> None:
    told = {"subject": "discount", "way": "role", "role": "sales"} | change
    refused = program_of(cast.admin).post("approval-rules", told)
    assert refused.status_code == 422
    assert [one["field"] for one in refused.json().get("errors", [])] == ([field] if field else [])
