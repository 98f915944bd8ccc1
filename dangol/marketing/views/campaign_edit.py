"""Compose a campaign or change a draft."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from dangol.marketing import operations, queries
from dangol.marketing.forms import CampaignForm, initial_plan
from dangol.workspaces.access import MemberRequest, allowed, member_required
from dangol.workspaces.permissions import may_send


@member_required
@allowed(may_send)
def new(request: MemberRequest) -> HttpResponse:
    form = CampaignForm(request.member, request.POST or None, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        try:
            campaign = operations.compose(plan=form.plan, by=request.member)
        except operations.UnableToCompose as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(campaign)
    return render(request, "marketing/campaign_edit.html", {"form": form})


@member_required
@allowed(may_send)
def edit(request: MemberRequest, campaign_id: UUID) -> HttpResponse:
    campaign = get_object_or_404(queries.campaigns_visible_to(request.member), pk=campaign_id)
    form = CampaignForm(request.member, request.POST or None, initial=initial_plan(campaign))
    if request.method == "POST" and form.is_valid():
        try:
            operations.change(campaign=campaign, plan=form.plan)
        except (operations.UnableToCompose, operations.UnableToChange) as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(campaign)
    return render(request, "marketing/campaign_edit.html", {"form": form, "campaign": campaign})
