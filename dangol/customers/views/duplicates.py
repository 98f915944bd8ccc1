"""Deciding about those who may be the same, and taking merges back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dangol.customers.models import DuplicatePair
from dangol.customers.operations import (
    UnableToDecide,
    UnableToUnmerge,
    start_duplicate_scan,
    tell_apart,
    unmerge,
)
from dangol.customers.permissions import may_change_people
from dangol.customers.queries.duplicates import (
    MODELS,
    duplicate_queue,
    duplicates_of,
    merges_visible_to,
    next_pair,
    pairs_visible_to,
    past_merges,
)
from dangol.customers.queries.side_by_side import pair_side_by_side
from dangol.customers.views.merging import known_kind, unite
from dangol.workspaces.access import MemberRequest, allowed, member_required


@member_required
def queue(request: MemberRequest, kind: str = "person") -> HttpResponse:
    found = duplicate_queue(request.member, known_kind(kind), after=request.GET.get("after"))
    template = "customers/duplicates.html#progress" if request.htmx else "customers/duplicates.html"
    return render(request, template, {"queue": found, "may_change": may_change_people(request.member)})


@member_required
def show(request: MemberRequest, kind: str, pair_id: UUID) -> HttpResponse:
    pair = _pair(request, kind, pair_id)
    page = pair_side_by_side(request.member, pair, kind, keep=request.GET.get("keep", ""))
    return render(request, "customers/duplicate.html", {"page": page, "may_change": may_change_people(request.member)})


@member_required
@allowed(may_change_people)
@require_POST
def merge(request: MemberRequest, kind: str, pair_id: UUID) -> HttpResponse:
    pair = _pair(request, kind, pair_id)
    if unite(request, kind, [getattr(pair, kind), getattr(pair, f"other_{kind}")]) is None:
        return redirect("customers:duplicate", kind, pair_id)
    return _onwards(request, pair, kind)


@member_required
@allowed(may_change_people)
@require_POST
def apart(request: MemberRequest, kind: str, pair_id: UUID) -> HttpResponse:
    pair = _pair(request, kind, pair_id)
    try:
        tell_apart(pair=pair, member=request.member, now=request.now)
    except UnableToDecide as refusal:
        messages.error(request, str(refusal))
    return _onwards(request, pair, kind)


@member_required
@allowed(may_change_people)
@require_POST
def scan(request: MemberRequest, kind: str) -> HttpResponse:
    start_duplicate_scan(member=request.member, kind=known_kind(kind), now=request.now)
    return redirect("customers:duplicates", kind)


@member_required
def hint(request: MemberRequest, kind: str, subject_id: UUID) -> HttpResponse:
    """Those who may be this person or company, for its page; asked for once that page is there."""
    row = get_object_or_404(MODELS[known_kind(kind)].objects.visible_to(request.member), pk=subject_id)
    if not request.htmx:
        return redirect("customers:duplicates", kind)
    found, has_hidden = duplicates_of(request.member, kind, row)
    shown = {"found": found, "has_hidden": has_hidden, "kind": kind}
    return render(request, "customers/duplicate_hint.html", shown)


@member_required
def merges(request: MemberRequest) -> HttpResponse:
    found, page = past_merges(request.member, after=request.GET.get("after"))
    context = {"merges": found, "page": page, "may_change": may_change_people(request.member)}
    return render(request, "customers/merges.html", context)


@member_required
@allowed(may_change_people)
@require_POST
def undo(request: MemberRequest, merge_id: UUID) -> HttpResponse:
    found = get_object_or_404(merges_visible_to(request.member), pk=merge_id)
    try:
        undone = unmerge(merge=found, member=request.member, now=request.now)
    except UnableToUnmerge as refusal:
        messages.error(request, str(refusal))
        return redirect("customers:merges")
    messages.success(request, _("Both are again what they were."))
    if undone.left:
        text = _("Changed since and therefore kept: %(fields)s") % {"fields": ", ".join(undone.left)}
        messages.info(request, text)
    return redirect("customers:merges")


def _pair(request: MemberRequest, kind: str, pair_id: UUID) -> DuplicatePair:
    ends = (f"{known_kind(kind)}__owner__user", f"other_{kind}__owner__user")
    return get_object_or_404(pairs_visible_to(request.member, kind).select_related(*ends), pk=pair_id)


def _onwards(request: MemberRequest, pair: DuplicatePair, kind: str) -> HttpResponse:
    """Go on to the next pair, so that a queue is worked off without leaving the keyboard."""
    following = next_pair(request.member, pair, kind)
    return redirect("customers:duplicate", kind, following) if following else redirect("customers:duplicates", kind)
