"""The history of a person, a company or a record, and going back in it."""

from collections.abc import Callable
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from dangol.customers.models import Change
from dangol.customers.operations import (
    UnableToRestore,
    restore_field,
    restore_record_before,
    take_back,
    undo_batch,
)
from dangol.customers.permissions import may_change_people
from dangol.customers.queries.history import (
    KIND_OF,
    Record,
    batch_of,
    change_about,
    changes_back_to,
    history_of,
    record_of,
)
from dangol.customers.queries.trash import MODELS
from dangol.workspaces.access import MemberRequest, allowed, member_required


@member_required
def show(request: MemberRequest, kind: str, record_id: UUID) -> HttpResponse:
    record = get_object_or_404(MODELS[kind].objects.visible_to(request.member), pk=record_id)
    page = history_of(cast("Record", record), member=request.member, after=request.GET.get("after"))
    context = {"record": record, "page": page, "may_change": may_change_people(request.member)}
    return render(request, "customers/history.html", context)


@member_required
@allowed(may_change_people)
def record(request: MemberRequest, change_id: int) -> HttpResponse:
    """Show what would change if everything became what it was before a change; by POST, do it."""
    change = _change(request, change_id)
    subject = record_of(change, member=request.member)
    if change.object_id != subject.pk:
        raise Http404
    if request.method != "POST":
        moves = changes_back_to(change, record=subject, member=request.member)
        return render(request, "customers/history_restore.html", {"change": change, "record": subject, "moves": moves})
    return _gone_back(
        request, change, lambda: restore_record_before(change=change, member=request.member, now=request.now)
    )


@member_required
@allowed(may_change_people)
@require_POST
def field(request: MemberRequest, change_id: int) -> HttpResponse:
    change = _change(request, change_id)
    name, part = (request.POST.get(one, "").replace("\x00", "") for one in ("column", "part"))
    return _gone_back(
        request,
        change,
        lambda: restore_field(change=change, name=name, part=part or None, member=request.member, now=request.now),
    )


@member_required
@allowed(may_change_people)
@require_POST
def line(request: MemberRequest, change_id: int) -> HttpResponse:
    change = _change(request, change_id)
    return _gone_back(request, change, lambda: take_back(change=change, member=request.member, now=request.now))


@member_required
@allowed(may_change_people)
@require_POST
def undo(request: MemberRequest, batch: UUID) -> HttpResponse:
    """Undo what this member did in one batch."""
    if batch_of(request.member, batch) is None:
        raise Http404
    result = undo_batch(workspace_id=request.member.workspace_id, batch=batch, member=request.member, now=request.now)
    left = len({line.about_id for line in result.left})
    said = ngettext("%(count)s record is as before.", "%(count)s records are as before.", result.undone)
    messages.success(request, said % {"count": result.undone})
    if left:
        kept = ngettext(
            "%(count)s record was changed again since and was left as it is.",
            "%(count)s records were changed again since and were left as they are.",
            left,
        )
        messages.warning(request, kept % {"count": left})
    return HttpResponseRedirect(_next(request))


def _change(request: MemberRequest, change_id: int) -> Change:
    change = change_about(change_id, member=request.member)
    if change is None:
        raise Http404
    return change


def _gone_back(request: MemberRequest, change: Change, go: Callable[[], bool]) -> HttpResponse:
    try:
        if go():
            messages.success(request, _("Restored. The history keeps this change, too."))
        else:
            messages.info(request, _("Nothing to restore: it is like that already."))
    except UnableToRestore as refusal:
        messages.error(request, str(refusal))
    record = record_of(change, member=request.member)
    return redirect(reverse(f"history:{KIND_OF[type(record)]}", args=[record.pk]))


def _next(request: MemberRequest) -> str:
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return wanted if safe else reverse("people")
