"""The first way in: a link that an administrator handed over."""

from django.contrib import messages
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.workspaces.operations import UnableToAccept, accept_invitation
from dangol.workspaces.queries import offered_providers, open_invitation


def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Let the invited member choose a password, or a provider to come in by."""
    now = timezone.now()
    invitation = open_invitation(token, now)
    if invitation is None:
        return render(request, "workspaces/invitation_over.html", status=404)
    form = SetPasswordForm(invitation.member.user, request.POST or None)
    if form.is_valid():
        try:
            accept_invitation(invitation=invitation, password=form.cleaned_data["new_password1"], now=now)
        except UnableToAccept:
            return render(request, "workspaces/invitation_over.html", status=404)
        messages.success(request, _("Your password is set. Sign in with it."))
        return redirect("account_login")
    house = invitation.member.workspace
    shown = {"form": form, "invitation": invitation, "token": token, "house": house}
    return render(request, "workspaces/invitation.html", shown | {"providers": offered_providers(house)})
