"""The backups of the whole installation: what is there, how the last drill went, and one more now."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dangol.desk.backup_alarms import WARNINGS, standing
from dangol.kit.backup_state import Act, ask
from dangol.workspaces.access import MemberRequest, allowed, member_required
from dangol.workspaces.operations import record_act
from dangol.workspaces.queries import runs_the_installation


@member_required
@allowed(runs_the_installation)
def show(request: MemberRequest) -> HttpResponse:
    found = standing()
    warning = WARNINGS.get(found.failing(request.now))
    part = "#standing" if request.htmx and not request.htmx.boosted else ""
    told = {"backups": found, "done": found.share_done(request.now), "warning": warning}
    return render(request, f"desk/backups.html{part}", told)


@member_required
@allowed(runs_the_installation)
@require_POST
def begin(request: MemberRequest, act: str) -> HttpResponse:
    ask(settings.DATA_DIRECTORY, Act(act))
    record_act(member=request.member, verb=f"backup_{act}", detail={}, now=request.now)
    messages.success(request, _("It begins within a few seconds."))
    return redirect("backups")
