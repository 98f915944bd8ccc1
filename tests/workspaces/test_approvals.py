"""What may happen only after others agreed: exactly that, once, and for no longer than was said."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from dangol.kit import tenancy
from dangol.kit.ids import uuid7
from dangol.workspaces.contracts import ApprovalSubject, Proposal
from dangol.workspaces.enums import ApprovalState, Role
from dangol.workspaces.models import Approval, ApprovalRule, ApprovalVote, AuditEntry, Branch, Member, Team
from dangol.workspaces.operations import (
    UnableToAsk,
    UnableToSaveRule,
    UnableToVote,
    be_away,
    clear,
    do_what_was_approved,
    expire_approvals,
    save_approval_rule,
    vote,
    withdraw_approval,
)
from dangol.workspaces.queries import waiting_for
from tests.people import Cast, make_cast

NOW = timezone.now()
DISCOUNT = Proposal(subject="discount", row_id=uuid7(), content={"percent": 20, "text": "가을"}, amount=500)


class Discount(ApprovalSubject):
    """What a later room may ask for; it does so by clearing again."""

    key = "discount"
    title = "Give a discount"  # type: ignore[assignment] # a text is enough for a test
    given: list[UUID]

    def may(self, member: Member) -> bool:
        return member.role == Role.SALES

    def url(self, approval: Approval) -> str:
        return f"/discounts/{approval.row_id}/"

    def lines(self, content: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
        return [("percent", str(content["percent"]))]

    def go_ahead(self, approval: Approval, now: datetime) -> None:
        proposal = replace(DISCOUNT, row_id=approval.row_id, content=approval.content, amount=approval.amount)
        if clear(proposal=proposal, by=approval.by, now=now) is None:
            self.given.append(approval.row_id)


@pytest.fixture
def discounts(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """Return the discounts that were given."""
    subject = Discount()
    subject.given = []
    monkeypatch.setitem(ApprovalSubject.known, Discount.key, subject)
    return subject.given


def rule(by: Member, **details: Any) -> ApprovalRule:
    told = {"subject": "discount", "at_least": 0, "way": "role", "role": "sales", "needed": 1, "hours": 24} | details
    return save_approval_rule(by=by, rule=None, details=told, now=NOW)


def named(*members: Member, **details: Any) -> dict[str, Any]:
    return {"way": "members", "role": "", "members": [one.pk for one in members], **details}


def asked(by: Member, proposal: Proposal = DISCOUNT) -> Approval:
    waits = clear(proposal=proposal, by=by, now=NOW)
    assert waits is not None
    return waits


def state_of(approval: Approval) -> str:
    approval.refresh_from_db()
    return approval.state


def agree(approval: Approval, by: Member, *, at: datetime = NOW) -> Approval:
    return vote(approval=approval, by=by, agrees=True, note="", now=at)


def test_without_a_rule_nobody_is_asked(inside: Cast, discounts: list[UUID]) -> None:
    rule(inside.admin, at_least=1000)
    assert clear(proposal=DISCOUNT, by=inside.jieun, now=NOW) is None
    assert not Approval.objects.exists()


@pytest.mark.shows("2.3.1")
def test_what_was_approved_happens_once(inside: Cast, discounts: list[UUID]) -> None:
    rule(inside.admin)
    question = asked(inside.jieun)
    assert asked(inside.jieun) == question
    assert agree(question, inside.minsu).state == ApprovalState.APPROVED
    assert ProcrastinateJob.objects.filter(task_name__endswith="do_what_was_approved").count() == 1
    for _run in range(2):
        do_what_was_approved(workspace_id=inside.workspace.pk, approval_id=question.pk)
    assert (discounts, state_of(question)) == ([DISCOUNT.row_id], ApprovalState.USED)
    assert asked(inside.jieun) != question
    verbs = AuditEntry.objects.filter(detail__approval=str(question.pk)).order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["ask_for_approval", "vote_on_approval", "approval_approved", "approval_used"]


@pytest.mark.shows("2.3.1")
def test_nobody_approves_what_they_asked_for(inside: Cast, discounts: list[UUID]) -> None:
    rule(inside.admin)
    question = asked(inside.jieun)
    be_away(member=inside.minsu, substitute=inside.jieun, since=NOW, until=NOW + timedelta(days=1), now=NOW)
    assert inside.jieun.pk not in question.members
    with pytest.raises(UnableToVote):
        agree(question, inside.jieun)
    with pytest.raises(IntegrityError, match="does not count"), transaction.atomic():
        ApprovalVote.objects.create(
            workspace=inside.workspace, approval=question, member=inside.jieun, seat=inside.minsu, agrees=True, at=NOW,
            digest=question.digest,
        )  # fmt: skip


@pytest.mark.shows("2.3.1")
@pytest.mark.parametrize(
    ("before", "after"),
    [("waiting", "used"), ("waiting", "approved"), ("refused", "approved"), ("expired", "used"), ("void", "waiting")],
)
def test_no_state_is_skipped_even_by_a_statement(inside: Cast, discounts: list[UUID], before: str, after: str) -> None:
    rule(inside.admin)
    question = asked(inside.jieun)
    if before != "waiting":
        Approval.objects.update(state=before)
    with pytest.raises(IntegrityError, match="does not become"), transaction.atomic():
        Approval.objects.update(state=after)
    with pytest.raises(IntegrityError, match="does not become"), transaction.atomic():
        Approval.objects.update(content={"percent": 90})
    assert state_of(question) == before


@pytest.mark.parametrize(
    "change", [{"content": {"percent": 21, "text": "가을"}}, {"amount": 5000}], ids=["content", "higher step"]
)
def test_a_change_takes_another_approval(inside: Cast, discounts: list[UUID], change: dict[str, Any]) -> None:
    rule(inside.admin)
    rule(inside.admin, at_least=1000, needed=2)
    question = asked(inside.jieun)
    agree(question, inside.minsu)
    again = asked(inside.jieun, replace(DISCOUNT, **change))
    assert (state_of(question), again.state, again != question) == (ApprovalState.VOID, ApprovalState.WAITING, True)
    assert clear(proposal=replace(DISCOUNT, row_id=uuid7()), by=inside.jieun, now=NOW) is not None


def test_a_smaller_number_needs_nothing_more(inside: Cast, discounts: list[UUID]) -> None:
    rule(inside.admin)
    agree(asked(inside.jieun), inside.minsu)
    assert clear(proposal=replace(DISCOUNT, amount=10), by=inside.jieun, now=NOW) is None


def test_so_many_as_are_needed_have_to_agree(inside: Cast, discounts: list[UUID]) -> None:
    rule(inside.admin, needed=2)
    question = asked(inside.jieun)
    assert agree(question, inside.minsu).state == ApprovalState.WAITING
    with pytest.raises(UnableToVote):
        agree(question, inside.minsu)
    assert [waiting_for(one, now=NOW) for one in (inside.jieun, inside.minsu, inside.dana)] == [[], [], [question]]
    assert agree(question, inside.dana).state == ApprovalState.APPROVED


def test_one_refusal_ends_it(inside: Cast, discounts: list[UUID]) -> None:
    rule(inside.admin, needed=2)
    question = asked(inside.jieun)
    assert vote(approval=question, by=inside.minsu, agrees=False, note="너무 큼", now=NOW).state == "refused"
    with pytest.raises(UnableToVote, match="over: Refused"):
        agree(question, inside.dana)


def test_named_members_answer_in_their_order(inside: Cast, discounts: list[UUID]) -> None:
    rule(inside.admin, **named(inside.dana, inside.minsu, in_order=True, needed=2))
    question = asked(inside.jieun)
    assert waiting_for(inside.minsu, now=NOW) == []
    with pytest.raises(UnableToVote, match="turn"):
        agree(question, inside.minsu)
    agree(question, inside.dana)
    assert agree(question, inside.minsu).state == ApprovalState.APPROVED


def test_the_manager_of_the_branch_agrees(inside: Cast, discounts: list[UUID]) -> None:
    branch = Branch.objects.create(workspace=inside.workspace, name="수도권")
    Team.objects.filter(name="서울").update(branch=branch)
    Member.objects.filter(pk__in=[inside.minsu.pk, inside.dana.pk]).update(role=Role.MANAGER)
    rule(inside.admin, way="branch", role="")
    question = asked(Member.objects.get(pk=inside.jieun.pk))
    assert question.members == [inside.minsu.pk]


def test_a_substitute_answers_for_who_is_away_and_nobody_else(inside: Cast, discounts: list[UUID]) -> None:
    rule(inside.admin, **named(inside.minsu))
    question, tomorrow = asked(inside.jieun), NOW + timedelta(hours=20)
    be_away(
        member=inside.minsu, substitute=inside.marketer, since=tomorrow, until=tomorrow + timedelta(days=1), now=NOW
    )
    with pytest.raises(UnableToVote):
        agree(question, inside.marketer)
    assert waiting_for(inside.marketer, now=tomorrow) == [question]
    agree(question, inside.marketer, at=tomorrow)
    said = ApprovalVote.objects.get()
    assert (said.member, said.seat) == (inside.marketer, inside.minsu)


def test_who_lost_the_role_no_longer_answers(inside: Cast, discounts: list[UUID]) -> None:
    rule(inside.admin)
    question = asked(inside.jieun)
    Member.objects.filter(pk=inside.minsu.pk).update(role=Role.PARTNER)
    Member.objects.filter(pk=inside.dana.pk).update(ended_at=NOW)
    for former in (inside.minsu, inside.dana):
        with pytest.raises(UnableToVote):
            agree(question, former)


@pytest.mark.shows("AC-32")
def test_who_may_no_longer_do_it_gets_nothing_done(inside: Cast, discounts: list[UUID]) -> None:
    rule(inside.admin)
    question = asked(inside.jieun)
    agree(question, inside.minsu)
    Member.objects.filter(pk=inside.jieun.pk).update(role=Role.PARTNER)
    do_what_was_approved(workspace_id=inside.workspace.pk, approval_id=question.pk)
    assert (discounts, state_of(question)) == ([], ApprovalState.VOID)


def test_what_nobody_answered_and_what_was_not_done_in_time_is_over(inside: Cast, discounts: list[UUID]) -> None:
    rule(inside.admin, hours=1)
    late = NOW + timedelta(hours=1)
    question = asked(inside.jieun)
    with pytest.raises(UnableToVote, match="Too late"):
        agree(question, inside.minsu, at=late)
    assert state_of(question) == ApprovalState.EXPIRED
    again = asked(inside.jieun)
    agree(again, inside.minsu)
    assert clear(proposal=DISCOUNT, by=inside.jieun, now=late) is not None
    assert state_of(again) == ApprovalState.EXPIRED
    forgotten = clear(proposal=replace(DISCOUNT, row_id=uuid7()), by=inside.jieun, now=NOW - timedelta(hours=2))
    assert forgotten is not None
    expire_approvals(workspace_id=inside.workspace.pk)
    assert state_of(forgotten) == ApprovalState.EXPIRED


def test_only_who_asked_takes_a_question_back(inside: Cast, discounts: list[UUID]) -> None:
    rule(inside.admin)
    question = asked(inside.jieun)
    with pytest.raises(UnableToVote):
        withdraw_approval(approval=question, by=inside.minsu, now=NOW)
    withdraw_approval(approval=question, by=inside.jieun, now=NOW)
    assert state_of(question) == ApprovalState.VOID


def test_a_rule_that_nobody_could_keep_is_refused(inside: Cast, discounts: list[UUID]) -> None:
    with pytest.raises(UnableToSaveRule, match="Fewer"):
        rule(inside.admin, role="manager")
    rule(inside.admin, **named(inside.jieun))
    with pytest.raises(UnableToSaveRule, match="already"):
        rule(inside.admin)
    with pytest.raises(UnableToAsk):
        asked(inside.jieun)


@pytest.mark.parametrize("race", ["two votes", "vote and change", "two runs"])
def test_of_two_at_once_exactly_one_counts(committed_db: str, discounts: list[UUID], race: str) -> None:
    cast = make_cast()
    with tenancy.workspace(cast.workspace.pk):
        rule(cast.admin, needed=2 if race == "two votes" else 1)
        question = asked(cast.jieun)
        if race == "two runs":
            agree(question, cast.minsu)

    def run(work: Callable[[], object]) -> None:
        try:
            with tenancy.workspace(cast.workspace.pk):
                work()
        except UnableToVote:
            pass
        finally:
            connection.close()

    changed = replace(DISCOUNT, content={"percent": 90})
    at_once: dict[str, list[Callable[[], object]]] = {
        "two votes": [lambda: agree(question, cast.minsu), lambda: agree(question, cast.dana)],
        "vote and change": [
            lambda: agree(question, cast.minsu), lambda: clear(proposal=changed, by=cast.jieun, now=NOW),
        ],
        "two runs": [lambda: do_what_was_approved(workspace_id=cast.workspace.pk, approval_id=question.pk)] * 2,
    }  # fmt: skip
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(run, at_once[race]))
    with tenancy.workspace(cast.workspace.pk):
        queued = ProcrastinateJob.objects.filter(task_name__endswith="do_what_was_approved").count()
        match race:
            case "two votes":
                assert (state_of(question), queued) == (ApprovalState.APPROVED, 1)
            case "vote and change":
                do_what_was_approved(workspace_id=cast.workspace.pk, approval_id=question.pk)
                assert (state_of(question), discounts) == (ApprovalState.VOID, [])
            case "two runs":
                assert (state_of(question), discounts) == (ApprovalState.USED, [DISCOUNT.row_id])
