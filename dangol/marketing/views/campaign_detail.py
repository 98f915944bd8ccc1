"""One campaign: its plan and forecast, its progress, its report and verdict."""

from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from dangol.marketing import queries
from dangol.marketing.enums import ON_ITS_WAY, CampaignState
from dangol.marketing.forms import ScheduleForm
from dangol.marketing.models import Campaign
from dangol.marketing.operations.campaigns import SEND
from dangol.workspaces.access import MemberRequest, member_required
from dangol.workspaces.permissions import may_send
from dangol.workspaces.queries import newest_approval

LAUNCHED = {*ON_ITS_WAY, CampaignState.FINISHED, CampaignState.CANCELLED}


@member_required
def show(request: MemberRequest, campaign_id: UUID) -> HttpResponse:
    campaign = _campaign(request, campaign_id)
    context = {"campaign": campaign, "may_send": may_send(request.member), "schedule_form": ScheduleForm()}
    context["approval"] = newest_approval(campaign.workspace_id, SEND, campaign.pk)
    if campaign.state in LAUNCHED:
        context |= _outcome(campaign, now=request.now)
    return render(request, "marketing/campaign_detail.html", context)


@member_required
def show_forecast(request: MemberRequest, campaign_id: UUID) -> HttpResponse:
    campaign = _campaign(request, campaign_id)
    forecast = queries.forecast(campaign, member=request.member, now=request.now)
    template = "marketing/forecast.html#card" if request.htmx else "marketing/forecast.html"
    context = {"campaign": campaign, "forecast": forecast, "shares": queries.forecast_shares(forecast)}
    return render(request, template, context)


@member_required
def show_progress(request: MemberRequest, campaign_id: UUID) -> HttpResponse:
    campaign = _campaign(request, campaign_id)
    context = {"campaign": campaign, "progress": queries.progress_of(campaign), "wait": queries.wait_of(campaign)}
    template = "marketing/progress.html#bar" if request.htmx else "marketing/progress.html"
    response = render(request, template, context)
    if request.htmx and campaign.state != request.GET.get("state", campaign.state):
        response["HX-Refresh"] = "true"
    return response


def _outcome(campaign: Campaign, *, now: datetime) -> dict[str, object]:
    report = queries.report(campaign)
    cards = queries.verdict_cards(queries.verdicts(campaign, now=now))
    return {
        "report": report,
        "shares": queries.report_shares(report),
        "answers": queries.answer_lines(report),
        "progress": queries.progress_of(campaign),
        "wait": queries.wait_of(campaign),
        "cards": cards,
        "headline": queries.headline(cards),
    }


def _campaign(request: MemberRequest, campaign_id: UUID) -> Campaign:
    return get_object_or_404(queries.campaigns_visible_to(request.member), pk=campaign_id)
