"""Who works here."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dangol.customers.queries import reasons_for, sights_of
from dangol.desk.forms import InvitationForm
from dangol.desk.rights_forms import PlaceForm
from dangol.workspaces.access import MemberRequest, allowed, member_required, proof_required
from dangol.workspaces.operations import (
    UnableToEnd,
    UnableToGiveRole,
    UnableToInvite,
    UnableToRenewPassword,
    Welcome,
    end_membership,
    end_sessions_of_member,
    give_role,
    invite_newcomer,
    renew_password,
    resume_membership,
)
from dangol.workspaces.permissions import may_configure
from dangol.workspaces.queries import colleagues, everybody_of, has_second_factor


@member_required
@allowed(may_configure)
def show(request: MemberRequest) -> HttpResponse:
    form = InvitationForm(initial={"language": request.member.workspace.language})
    return _shown(request, form, None)


@member_required
@allowed(may_configure)
@proof_required
def invite(request: MemberRequest) -> HttpResponse:
    """Make a member. The link to hand over is shown on this answer only."""
    if request.method != "POST":
        return redirect("members")
    form, welcome = InvitationForm(request.POST), None
    if form.is_valid():
        try:
            welcome = invite_newcomer(by=request.member, now=request.now, **form.cleaned_data)
        except UnableToInvite as refusal:
            form.add_error("email", str(refusal))
    return _shown(request, InvitationForm() if welcome else form, welcome)


@member_required
@allowed(may_configure)
@proof_required
def password(request: MemberRequest, member_id: UUID) -> HttpResponse:
    """Ask whether a colleague shall choose a new password; on POST take the old one away and show a link, this once."""
    colleague = get_object_or_404(colleagues(request.member), pk=member_id)
    if request.method != "POST":
        shown = {"colleague": colleague, "has_second_factor": has_second_factor(colleague.user)}
        return render(request, "desk/member_password.html", shown)
    try:
        renewed = renew_password(
            by=request.member,
            member=colleague,
            now=request.now,
            without_second_factor="without_second_factor" in request.POST,
        )
    except UnableToRenewPassword as refusal:
        messages.error(request, str(refusal))
        return redirect("members")
    return _shown(request, InvitationForm(), renewed)


@member_required
@allowed(may_configure)
@proof_required
def place(request: MemberRequest, member_id: UUID) -> HttpResponse:
    """Change what a colleague may do, and with whom the colleague shares customers."""
    colleague = get_object_or_404(colleagues(request.member), pk=member_id)
    form = PlaceForm(request.POST or None, by=request.member, member=colleague)
    if form.is_valid():
        try:
            give_role(by=request.member, member=colleague, now=request.now, **form.details)
        except UnableToGiveRole as refusal:
            form.add_error("role", str(refusal))
        else:
            said = _("Saved. It holds from the next page that %(name)s opens.")
            messages.success(request, said % {"name": colleague.user.name})
            return redirect("members")
    return render(request, "desk/member_place.html", {"form": form, "colleague": colleague})


@member_required
@allowed(may_configure)
def sight(request: MemberRequest, member_id: UUID) -> HttpResponse:
    """Say what a colleague can see, and why; of one row too, by its address."""
    colleague, asked = get_object_or_404(colleagues(request.member), pk=member_id), request.GET.get("row", "")
    shown = {
        "colleague": colleague,
        "sights": sights_of(colleague, asking=request.member, now=request.now),
        "asked": asked,
        "reasons": reasons_for(asked, colleague, asking=request.member, now=request.now),
    }
    return render(request, "desk/member_sight.html", shown)


@member_required
@allowed(may_configure)
@require_POST
def end_sessions(request: MemberRequest, member_id: UUID) -> HttpResponse:
    """Sign a colleague out everywhere."""
    colleague = get_object_or_404(colleagues(request.member), pk=member_id)
    end_sessions_of_member(by=request.member, member=colleague, now=request.now)
    messages.success(request, _("%(name)s is signed out everywhere.") % {"name": colleague.user.name})
    return redirect("members")


@member_required
@allowed(may_configure)
@proof_required
@require_POST
def end(request: MemberRequest, member_id: UUID) -> HttpResponse:
    """Let a colleague in no more."""
    colleague = get_object_or_404(colleagues(request.member), pk=member_id)
    try:
        end_membership(by=request.member, member=colleague, now=request.now)
        messages.success(request, _("%(name)s cannot come in any more.") % {"name": colleague.user.name})
    except UnableToEnd as refusal:
        messages.error(request, str(refusal))
    return redirect("members")


@member_required
@allowed(may_configure)
@proof_required
@require_POST
def resume(request: MemberRequest, member_id: UUID) -> HttpResponse:
    """Let somebody who left in again."""
    colleague = get_object_or_404(everybody_of(request.member).exclude(ended_at=None), pk=member_id)
    try:
        resume_membership(by=request.member, member=colleague, now=request.now)
        messages.success(request, _("%(name)s may come in again.") % {"name": colleague.user.name})
    except UnableToInvite as refusal:
        messages.error(request, str(refusal))
    return redirect("members")


def _shown(request: MemberRequest, form: InvitationForm, welcome: Welcome | None) -> HttpResponse:
    link = ""
    if welcome and welcome.token:
        link = settings.PUBLIC_URL + reverse("accept_invitation", args=[welcome.token])
    shown = {"form": form, "welcome": welcome, "link": link, "everybody": everybody_of(request.member)}
    return render(request, "desk/members.html", shown)
