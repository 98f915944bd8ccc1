"""How often something was done over time."""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.kit.csv_files import csv_answer
from dangol.tracking import queries
from dangol.tracking.forms import TrendForm
from dangol.tracking.permissions import may_explore
from dangol.tracking.queries import TooMuch, TrendQuestion
from dangol.tracking.trend_tables import TrendPicture, trend_rows
from dangol.workspaces.access import MemberRequest, allowed, member_required


@member_required
@allowed(may_explore)
def show(request: MemberRequest) -> HttpResponse:
    form = _form(request)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        context["event"] = form.cleaned_data["event"]
        context["properties"] = queries.properties_of(form.cleaned_data["event"])
        try:
            context["picture"] = TrendPicture(_question(request, form), queries.trend(_question(request, form)))
        except TooMuch:
            context["is_too_much"] = True
    return render(request, "tracking/trend.html", context)


@member_required
@allowed(may_explore)
def export(request: MemberRequest) -> HttpResponse:
    """The same as a file: one row a step, one column a part."""
    form = _form(request)
    if not form.is_valid():
        return redirect("tracking:trend")
    question = _question(request, form)
    try:
        rows = trend_rows(question, queries.trend(question))
    except TooMuch:
        messages.error(request, _("Choose fewer days, or leave the breakdown out."))
        return redirect("tracking:trend")
    return csv_answer(rows, name=f"trend-{question.first}-{question.last}.csv")


def _form(request: MemberRequest) -> TrendForm:
    events = queries.events_known(request.member).order_by("name")
    return TrendForm(request.GET, events=events, today=timezone.localdate(request.now))


def _question(request: MemberRequest, form: TrendForm) -> TrendQuestion:
    told = form.cleaned_data
    return TrendQuestion(
        workspace_id=request.member.workspace_id,
        name=told["event"].name,
        zone=ZoneInfo(request.member.workspace.time_zone),
        first=told["first"],
        last=told["last"],
        grain=told["grain"],
        measure=told["measure"],
        by=told["by"],
        amount=told["amount"],
    )
