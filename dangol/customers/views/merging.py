"""Merging two whom a member chose, and what merging a found pair has in common with it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from dangol.customers.operations import UnableToMerge, merge_companies, merge_people
from dangol.customers.permissions import may_change_people
from dangol.customers.queries.duplicates import MODELS, duplicates_of, others_to_merge
from dangol.customers.queries.side_by_side import side_by_side
from dangol.workspaces.access import MemberRequest, allowed, member_required

FIELD = "field."


@member_required
@allowed(may_change_people)
def choose(request: MemberRequest, kind: str, one_id: UUID) -> HttpResponse:
    """Look for the other one."""
    row, question = _row(request, kind, one_id), request.GET.get("q", "")
    found = others_to_merge(request.member, kind, row, question)
    suggested = () if question else duplicates_of(request.member, kind, row)[0]
    shown = {"row": row, "kind": kind, "question": question, "found": found, "suggested": suggested}
    return render(request, "customers/merge_with.html", shown)


@member_required
@allowed(may_change_people)
def two(request: MemberRequest, kind: str, one_id: UUID, other_id: UUID) -> HttpResponse:
    """Show two side by side, or make them one."""
    if one_id == other_id:
        raise Http404
    both = [_row(request, kind, one_id), _row(request, kind, other_id)]
    if request.method == "POST" and (keep := unite(request, kind, both)) is not None:
        return redirect(keep)
    page = side_by_side(request.member, kind, *both, keep=request.GET.get("keep", ""))
    return render(request, "customers/duplicate.html", {"page": page, "may_change": True})


def unite(request: MemberRequest, kind: str, both: list[Any]) -> Any:
    """Make two one as the form says, and say so. Return the one who was kept, or None if it was refused."""
    keep, other = both if str(both[0].pk) == request.POST.get("keep") else both[::-1]
    choices = {name.removeprefix(FIELD): str(value) for name, value in request.POST.items() if name.startswith(FIELD)}
    merge = merge_people if kind == "person" else merge_companies
    try:
        merge(keep=keep, merge=other, choices=choices, member=request.member, now=request.now)
    except UnableToMerge as refusal:
        messages.error(request, str(refusal))
        return None
    messages.success(request, _("The two are one now. You can take it back under “Merges” at any time."))
    return keep


def known_kind(kind: str) -> str:
    """Return the kind, or answer that there is no such page."""
    if kind not in MODELS:
        raise Http404
    return kind


def _row(request: MemberRequest, kind: str, row_id: UUID) -> Any:
    rows = MODELS[known_kind(kind)].objects.visible_to(request.member)
    return get_object_or_404(rows.select_related("owner__user"), pk=row_id)
