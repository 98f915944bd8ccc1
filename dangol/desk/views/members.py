"""Who works here."""

from django.http import HttpResponse
from django.shortcuts import redirect, render

from dangol.desk.forms import InvitationForm
from dangol.workspaces.access import MemberRequest, allowed, member_required
from dangol.workspaces.operations import UnableToInvite, invite_newcomer
from dangol.workspaces.permissions import may_configure
from dangol.workspaces.queries import colleagues


@member_required
@allowed(may_configure)
def show(request: MemberRequest) -> HttpResponse:
    form = InvitationForm(initial={"language": request.member.workspace.language})
    return render(request, "desk/members.html", {"form": form, "colleagues": colleagues(request.member)})


@member_required
@allowed(may_configure)
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
    shown = {"form": InvitationForm() if invitation else form, "invitation": invitation}
    answer = render(request, "desk/members.html", shown | {"colleagues": colleagues(request.member)})
    answer["Cache-Control"] = "no-store"
    return answer
