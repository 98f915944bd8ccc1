"""Launch, schedule or cancel."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dangol.kit.errors import OperationError
from dangol.marketing import operations, queries
from dangol.marketing.forms import ScheduleForm
from dangol.marketing.models import Campaign, CampaignLaunch
from dangol.workspaces.access import MemberRequest, allowed, member_required
from dangol.workspaces.models import Approval
from dangol.workspaces.permissions import may_send


@require_POST
@member_required
@allowed(may_send)
def launch(request: MemberRequest, campaign_id: UUID) -> HttpResponse:
    campaign = get_object_or_404(queries.campaigns_visible_to(request.member), pk=campaign_id)
    try:
        done = operations.launch(campaign=campaign, by=request.member, now=request.now)
    except OperationError as refusal:
        messages.error(request, str(refusal))
        return redirect(campaign)
    return _told(request, campaign, done)


@require_POST
@member_required
@allowed(may_send)
def schedule(request: MemberRequest, campaign_id: UUID) -> HttpResponse:
    campaign = get_object_or_404(queries.campaigns_visible_to(request.member), pk=campaign_id)
    form = ScheduleForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Enter a date and a time."))
        return redirect(campaign)
    try:
        done = operations.schedule(campaign=campaign, at=form.cleaned_data["at"], by=request.member, now=request.now)
    except OperationError as refusal:
        messages.error(request, str(refusal))
        return redirect(campaign)
    return _told(request, campaign, done)


@require_POST
@member_required
@allowed(may_send)
def cancel(request: MemberRequest, campaign_id: UUID) -> HttpResponse:
    campaign = get_object_or_404(queries.campaigns_visible_to(request.member), pk=campaign_id)
    try:
        operations.cancel(campaign=campaign, by=request.member, reason=request.POST.get("reason", ""), now=request.now)
    except operations.UnableToCancel as refusal:
        messages.error(request, str(refusal))
    return redirect(campaign)


def _told(request: MemberRequest, campaign: Campaign, done: CampaignLaunch | Approval) -> HttpResponse:
    if isinstance(done, Approval):
        messages.info(request, _("Others have to agree first. It leaves by itself when they have."))
    return redirect(campaign)
