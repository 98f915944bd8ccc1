"""Of what a member wants to be told by mail."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from dangol.desk.forms import NoticeForm
from dangol.desk.operations import choose_notices
from dangol.desk.queries.notices import notice_choice_of
from dangol.workspaces.access import MemberRequest, member_required


@member_required
def own(request: MemberRequest) -> HttpResponse:
    form = NoticeForm(request.POST or None, chosen=notice_choice_of(request.member))
    if form.is_valid():
        choose_notices(member=request.member, **form.details)
        messages.success(request, _("Your choice is saved."))
        return redirect("own_notices")
    return render(request, "desk/own_notices.html", {"form": form})
