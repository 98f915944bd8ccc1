"""How long data is kept: what the law allows, what is chosen, what would go, and what went."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dangol.kit.pagination import keyset_page
from dangol.privacy.forms import PeriodForm
from dangol.privacy.operations import UnableToChoosePeriod, choose_period
from dangol.privacy.queries.retention import retention_lines, run_titles, runs_of
from dangol.workspaces.access import MemberRequest, allowed, member_required, proof_required
from dangol.workspaces.permissions import may_guard_privacy

NEWEST = ("-started_at", "-id")


@require_safe
@member_required
@allowed(may_guard_privacy)
def show(request: MemberRequest) -> HttpResponse:
    page = keyset_page(runs_of(request.member), order=NEWEST, after=request.GET.get("after"))
    lines = retention_lines(request.member, now=request.now)
    return render(request, "privacy/retention.html", {"lines": lines, "page": page, "titles": run_titles()})


@require_POST
@member_required
@allowed(may_guard_privacy)
@proof_required
def choose(request: MemberRequest) -> HttpResponse:
    """Say after how many days the rows of one table go, and whether they do."""
    form = PeriodForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write the number of days."))
        return redirect("privacy:retention")
    try:
        choose_period(member=request.member, now=request.now, **form.cleaned_data)
    except UnableToChoosePeriod as refusal:
        messages.error(request, str(refusal))
    return redirect("privacy:retention")
