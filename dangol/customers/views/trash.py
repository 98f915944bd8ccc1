"""The way into the trash, what lies there, and the two ways out."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from dangol.customers.history_words import DAYS_KEPT, KIND_LABELS
from dangol.customers.operations import delete_for_good, move_to_trash, restore_from_trash
from dangol.customers.permissions import may_delete, may_delete_for_good
from dangol.customers.queries.trash import MODELS, Trashed, one_trashed, trash_page
from dangol.kit.ids import uuid7
from dangol.workspaces.access import MemberRequest, allowed, member_required, proof_required


@member_required
@allowed(may_delete)
def throw(request: MemberRequest, kind: str, row_id: UUID) -> HttpResponse:
    """Say what will happen; by POST, let it happen."""
    member, row = request.member, get_object_or_404(MODELS[kind].objects.visible_to(request.member), pk=row_id)
    if request.method != "POST":
        return render(request, "customers/deletion.html", {"row": row, "kind": kind, "days": DAYS_KEPT})
    batch = uuid7()
    move_to_trash(
        workspace_id=member.workspace_id, kind=kind, ids=[row.pk], member=member, now=request.now, batch=batch
    )
    return redirect(f"{reverse('history:trash')}?kind={kind}&batch={batch}")


@member_required
@allowed(may_delete)
def show(request: MemberRequest) -> HttpResponse:
    asked = request.GET
    kind = asked.get("kind", "person")
    if kind not in MODELS:
        raise Http404
    page = trash_page(request.member, kind, now=request.now, after=asked.get("after"))
    kinds = [(one, KIND_LABELS[one]) for one in MODELS]
    context = {"page": page, "kind": kind, "kinds": kinds, "batch": _batch(asked.get("batch", "")), "days": DAYS_KEPT}
    return render(request, "customers/trash.html", context | {"may_end": may_delete_for_good(request.member)})


@member_required
@allowed(may_delete)
def restore(request: MemberRequest, kind: str, row_id: UUID) -> HttpResponse:
    member, row = request.member, _lying(request, kind, row_id)
    if request.method != "POST":
        return redirect(f"{reverse('history:trash')}?kind={kind}")
    restore_from_trash(workspace_id=member.workspace_id, kind=kind, ids=[row.pk], member=member, now=request.now)
    messages.success(request, _("“%(name)s” is back.") % {"name": row})
    return redirect(row.get_absolute_url())


@member_required
@allowed(may_delete_for_good)
@proof_required
def end(request: MemberRequest, kind: str, row_id: UUID) -> HttpResponse:
    """Ask whether this is meant; by POST, delete for good."""
    member, row = request.member, _lying(request, kind, row_id)
    if request.method != "POST":
        return render(request, "customers/deletion_for_good.html", {"row": row, "kind": kind})
    delete_for_good(workspace_id=member.workspace_id, kind=kind, ids=[row.pk], member=member, now=request.now)
    messages.success(request, _("Deleted for good."))
    return redirect(f"{reverse('history:trash')}?kind={kind}")


def _lying(request: MemberRequest, kind: str, row_id: UUID) -> Trashed:
    row = one_trashed(request.member, kind, row_id) if kind in MODELS else None
    if row is None:
        raise Http404
    return row


def _batch(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""
