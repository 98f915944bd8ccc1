"""What waits for a member's answer, what the member asked, who stands in, and by which rules others have to agree."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dangol.desk.approval_forms import AbsenceForm, ApprovalRuleForm
from dangol.desk.approval_words import ApprovalWords
from dangol.kit.pagination import keyset_page
from dangol.workspaces.access import MemberRequest, allowed, member_required, proof_required
from dangol.workspaces.models import ApprovalRule, Member
from dangol.workspaces.operations import (
    UnableToBeAway,
    UnableToSaveRule,
    UnableToVote,
    be_away,
    delete_approval_rule,
    save_approval_rule,
    vote,
    withdraw_approval,
)
from dangol.workspaces.permissions import may_configure
from dangol.workspaces.queries import absence_of, approval_rules_of, approvals_visible_to, waiting_for

NEWEST = ("-asked_at", "-id")


@member_required
def show(request: MemberRequest) -> HttpResponse:
    """List what waits for the member, and all questions about which the member may know; a post names a substitute."""
    form = AbsenceForm(request.POST or None, member=request.member)
    if form.is_valid():
        try:
            _be_away(request, **form.cleaned_data)
        except UnableToBeAway as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("approvals")
    page = keyset_page(approvals_visible_to(request.member), order=NEWEST, after=request.GET.get("after"), size=20)
    shown = {"waiting": waiting_for(request.member, now=request.now), "page": page, "form": form}
    return render(request, "desk/approvals.html", shown | {"absence": absence_of(request.member)})


@member_required
@require_POST
def back(request: MemberRequest) -> HttpResponse:
    """Answer oneself again."""
    be_away(member=request.member, substitute=None, since=request.now, until=request.now, now=request.now)
    return redirect("approvals")


@member_required
def detail(request: MemberRequest, approval_id: UUID) -> HttpResponse:
    """Show one question and its answers."""
    approval = get_object_or_404(approvals_visible_to(request.member), pk=approval_id)
    shown = {"shown": ApprovalWords(request.member).approval(approval)}
    mine = approval in waiting_for(request.member, now=request.now)
    return render(request, "desk/approval.html", shown | {"is_mine_to_answer": mine})


@member_required
@require_POST
@proof_required
def answer(request: MemberRequest, approval_id: UUID) -> HttpResponse:
    """Agree or refuse; who asked takes the question back."""
    approval = get_object_or_404(approvals_visible_to(request.member), pk=approval_id)
    try:
        if "withdraw" in request.POST:
            withdraw_approval(approval=approval, by=request.member, now=request.now)
        else:
            note = request.POST.get("note", "").replace("\x00", "")
            vote(approval=approval, by=request.member, agrees="agree" in request.POST, note=note, now=request.now)
    except UnableToVote as refusal:
        messages.error(request, str(refusal))
    return redirect("approval", approval_id)


@member_required
@allowed(may_configure)
def rules(request: MemberRequest) -> HttpResponse:
    words = ApprovalWords(request.member)
    shown = [words.rule(rule) for rule in approval_rules_of(request.member)]
    return render(request, "desk/approval_rules.html", {"rules": shown})


@member_required
@allowed(may_configure)
@proof_required
def new_rule(request: MemberRequest) -> HttpResponse:
    return _form(request, None)


@member_required
@allowed(may_configure)
@proof_required
def edit_rule(request: MemberRequest, rule_id: UUID) -> HttpResponse:
    return _form(request, get_object_or_404(approval_rules_of(request.member), pk=rule_id))


@member_required
@allowed(may_configure)
@require_POST
@proof_required
def delete_rule(request: MemberRequest, rule_id: UUID) -> HttpResponse:
    rule = get_object_or_404(approval_rules_of(request.member), pk=rule_id)
    delete_approval_rule(by=request.member, rule=rule, now=request.now)
    return redirect("approval_rules")


def _form(request: MemberRequest, rule: ApprovalRule | None) -> HttpResponse:
    form = ApprovalRuleForm(request.POST or None, by=request.member, rule=rule)
    if form.is_valid():
        try:
            save_approval_rule(by=request.member, rule=rule, details=form.details, now=request.now)
        except UnableToSaveRule as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The rule is saved. It holds for what is asked from now on."))
            return redirect("approval_rules")
    status = 422 if form.errors else 200
    return render(request, "desk/approval_rule_form.html", {"form": form, "rule": rule}, status=status)


def _be_away(request: MemberRequest, *, substitute: Member, first: date, last: date) -> None:
    since, until = _midnight(first), _midnight(last) + timedelta(days=1)
    be_away(member=request.member, substitute=substitute, since=since, until=until, now=request.now)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
