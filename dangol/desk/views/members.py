"""Who works here."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dangol.desk.forms import InvitationForm
from dangol.workspaces.access import MemberRequest, allowed, member_required, proof_required
from dangol.workspaces.operations import (
    Invitation,
    UnableToInvite,
    UnableToRenewPassword,
    end_sessions_of_member,
    invite_newcomer,
    renew_password,
)
from dangol.workspaces.permissions import may_configure
from dangol.workspaces.queries import colleagues, has_second_factor


@member_required
@allowed(may_configure)
def show(request: MemberRequest) -> HttpResponse:
    form = InvitationForm(initial={"language": request.member.workspace.language})
    return render(request, "desk/members.html", {"form": form, "colleagues": colleagues(request.member)})


@member_required
@allowed(may_configure)
@proof_required
def invite(request: MemberRequest) -> HttpResponse:
    """Make a member. The one-time password is shown on this answer only: it is stored nowhere in clear."""
    if request.method != "POST":
        return redirect("members")
    form, invitation = InvitationForm(request.POST), None
    if form.is_valid():
        try:
            invitation = invite_newcomer(by=request.member, now=request.now, **form.cleaned_data)
        except UnableToInvite as refusal:
            form.add_error("email", str(refusal))
    return _shown(request, InvitationForm() if invitation else form, invitation)


@member_required
@allowed(may_configure)
@proof_required
def password(request: MemberRequest, member_id: UUID) -> HttpResponse:
    """Ask whether a colleague shall get a new one-time password; on POST make it and show it, this once."""
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
@require_POST
def end_sessions(request: MemberRequest, member_id: UUID) -> HttpResponse:
    """Sign a colleague out everywhere."""
    colleague = get_object_or_404(colleagues(request.member), pk=member_id)
    end_sessions_of_member(by=request.member, member=colleague, now=request.now)
    messages.success(request, _("%(name)s is signed out everywhere.") % {"name": colleague.user.name})
    return redirect("members")


def _shown(request: MemberRequest, form: InvitationForm, invitation: Invitation | None) -> HttpResponse:
    shown = {"form": form, "invitation": invitation, "colleagues": colleagues(request.member)}
    return render(request, "desk/members.html", shown)
