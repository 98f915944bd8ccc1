"""Asking for more rights for a while, lending them, and taking them back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dangol.desk.rights_forms import ElevationForm
from dangol.kit.pagination import keyset_page
from dangol.workspaces.access import MemberRequest, allowed, member_required, proof_required
from dangol.workspaces.operations import (
    UnableToAsk,
    UnableToElevate,
    answer_elevation,
    ask_for_elevation,
    end_elevation,
)
from dangol.workspaces.operations.rights import ELEVATION
from dangol.workspaces.permissions import may_configure
from dangol.workspaces.queries import elevations_of, newest_approvals

NEWEST = ("-asked_at", "-id")


@member_required
def own(request: MemberRequest) -> HttpResponse:
    """Say what the member was lent; by POST, ask for more."""
    form = ElevationForm(request.POST or None)
    if form.is_valid():
        try:
            ask_for_elevation(member=request.member, now=request.now, **form.cleaned_data)
        except UnableToElevate as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("You have asked. An administrator answers."))
            return redirect("own_elevations")
    asked = elevations_of(request.member).filter(member=request.member)[:10]
    return render(request, "desk/own_elevations.html", {"form": form, "asked": asked, "now": request.now})


@member_required
@allowed(may_configure)
def show(request: MemberRequest) -> HttpResponse:
    page = keyset_page(elevations_of(request.member), order=NEWEST, after=request.GET.get("after"))
    questions = newest_approvals(request.member.workspace_id, ELEVATION, (one.pk for one in page))
    rows = [(one, questions.get(one.pk)) for one in page]
    return render(request, "desk/elevations.html", {"page": page, "rows": rows, "now": request.now})


@member_required
@allowed(may_configure)
@proof_required
def answer(request: MemberRequest, elevation_id: UUID) -> HttpResponse:
    """Lend the rights, refuse them, or take them back."""
    asked = get_object_or_404(elevations_of(request.member), pk=elevation_id)
    if request.method != "POST":
        return redirect("elevations")
    try:
        granted = "grant" in request.POST
        question = answer_elevation(by=request.member, elevation=asked, is_granted=granted, now=request.now)
    except (UnableToElevate, UnableToAsk) as refusal:
        messages.error(request, str(refusal))
    else:
        if question is not None:
            messages.info(request, _("Others have to agree first. It happens by itself when they have."))
    return redirect("elevations")


@member_required
@allowed(may_configure)
@require_POST
def end(request: MemberRequest, elevation_id: UUID) -> HttpResponse:
    end_elevation(
        by=request.member, elevation=get_object_or_404(elevations_of(request.member), pk=elevation_id), now=request.now
    )
    return redirect("elevations")
