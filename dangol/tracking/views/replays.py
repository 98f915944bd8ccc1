"""Making anew what follows from stored events, for a time that somebody chooses."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from dangol.kit.pagination import keyset_page
from dangol.tracking import operations, queries
from dangol.tracking.enums import ReplayState
from dangol.tracking.forms import ReplayForm
from dangol.workspaces.access import MemberRequest, allowed, member_required
from dangol.workspaces.permissions import may_configure


@member_required
@allowed(may_configure)
def show(request: MemberRequest) -> HttpResponse:
    """List the replays, newest first; a post begins another. The list asks again by itself while one runs."""
    initial = {"since": request.now - timedelta(days=1), "until": request.now}
    form = ReplayForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            operations.start_replay(member=request.member, now=request.now, **form.cleaned_data)
        except operations.UnableToReplay as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("tracking:replays")
    page = keyset_page(queries.replays_of(request.member), after=request.GET.get("after"), size=20)
    part = "#replays" if request.htmx and not request.htmx.boosted else ""
    is_running = any(replay.state == ReplayState.RUNNING for replay in page)
    return render(request, f"tracking/replays.html{part}", {"form": form, "page": page, "is_running": is_running})


@require_POST
@member_required
@allowed(may_configure)
def stop(request: MemberRequest, replay_id: UUID) -> HttpResponse:
    return _acted(request, replay_id, operations.stop_replay)


@require_POST
@member_required
@allowed(may_configure)
def resume(request: MemberRequest, replay_id: UUID) -> HttpResponse:
    return _acted(request, replay_id, operations.resume_replay)


def _acted(request: MemberRequest, replay_id: UUID, act: Callable[..., None]) -> HttpResponse:
    replay = get_object_or_404(queries.replays_of(request.member), pk=replay_id)
    try:
        act(replay=replay)
    except operations.UnableToReplay as refusal:
        messages.error(request, str(refusal))
    return redirect("tracking:replays")
