"""A member's own page."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dangol.desk.forms import OwnPasswordForm, ProfileForm
from dangol.workspaces.access import MemberRequest, member_required
from dangol.workspaces.operations import change_profile, end_sessions


@member_required
def show(request: MemberRequest) -> HttpResponse:
    user = request.user
    current = {"name": user.name, "language": user.language, "theme": user.theme}
    form = ProfileForm(request.POST or None, initial=current)
    if form.is_valid():
        change_profile(user=user, **form.cleaned_data)
        messages.success(request, _("Your profile is saved."))
        return redirect("profile")
    return render(request, "desk/profile.html", {"form": form, "password_form": OwnPasswordForm(user)})


@member_required
@require_POST
def change_password(request: MemberRequest) -> HttpResponse:
    form = OwnPasswordForm(request.user, request.POST)
    if not form.is_valid():
        current = {"name": request.user.name, "language": request.user.language, "theme": request.user.theme}
        return render(
            request, "desk/profile.html", {"form": ProfileForm(initial=current), "password_form": form}, status=422
        )
    form.save()
    end_sessions(user=request.user, but=request.session.session_key)
    update_session_auth_hash(request, request.user)
    messages.success(request, _("Your password is changed."))
    return redirect("profile")
