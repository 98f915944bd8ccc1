"""What works in the background, and what was given up there."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dangol.kit.given_up_jobs import count_by_state, drop, given_up, try_again
from dangol.workspaces.access import MemberRequest, allowed, member_required
from dangol.workspaces.operations import record_act
from dangol.workspaces.permissions import may_configure

MOST = 100


@member_required
@allowed(may_configure)
def show(request: MemberRequest) -> HttpResponse:
    workspace_id = request.member.workspace_id
    shown = {"counts": count_by_state(workspace_id), "jobs": given_up(workspace_id)[:MOST]}
    return render(request, "desk/jobs.html", shown)


@member_required
@allowed(may_configure)
@require_POST
def retry(request: MemberRequest, job_id: int) -> HttpResponse:
    """Try a given-up job again."""
    job: Any = get_object_or_404(given_up(request.member.workspace_id), pk=job_id)
    if try_again(job):
        messages.success(request, _("The job waits again and begins in a moment."))
    else:
        messages.info(request, _("The same work waits already, so this job was dropped."))
    _record(request, "retry_job", job)
    return redirect("jobs")


@member_required
@allowed(may_configure)
@require_POST
def forget(request: MemberRequest, job_id: int) -> HttpResponse:
    """Drop a given-up job."""
    job: Any = get_object_or_404(given_up(request.member.workspace_id), pk=job_id)
    drop(job)
    messages.success(request, _("The job is dropped."))
    _record(request, "drop_job", job)
    return redirect("jobs")


def _record(request: MemberRequest, verb: str, job: Any) -> None:
    record_act(member=request.member, verb=verb, detail={"job": job.pk, "task": job.task_name}, now=request.now)
