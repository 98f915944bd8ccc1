"""Launch, schedule or cancel."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dangol.marketing import operations, queries
from dangol.marketing.forms import ScheduleForm
from dangol.workspaces.access import MemberRequest, allowed, member_required
from dangol.workspaces.permissions import may_send


@require_POST
@member_required
@allowed(may_send)
def launch(request: MemberRequest, campaign_id: UUID) -> HttpResponse:
    campaign = get_object_or_404(queries.campaigns_visible_to(request.member), pk=campaign_id)
    try:
        operations.launch(campaign=campaign, by=request.member, now=request.now)
    except operations.UnableToLaunch as refusal:
        messages.error(request, str(refusal))
    return redirect(campaign)


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
        operations.schedule(campaign=campaign, at=form.cleaned_data["at"], by=request.member, now=request.now)
    except operations.UnableToLaunch as refusal:
        messages.error(request, str(refusal))
    return redirect(campaign)


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
