"""The way into the trash, what lies there, and the two ways out."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from dangol.customers.history_words import DAYS_KEPT, KIND_LABELS
from dangol.customers.operations import UnableToEnd, end_trashed, move_to_trash, restore_from_trash
from dangol.customers.operations.history.trash import ENDING
from dangol.customers.permissions import may_delete, may_delete_for_good
from dangol.customers.queries.trash import MODELS, Trashed, one_trashed, trash_page
from dangol.kit.ids import uuid7
from dangol.workspaces.access import MemberRequest, allowed, member_required, proof_required
from dangol.workspaces.enums import ApprovalState
from dangol.workspaces.models import Approval
from dangol.workspaces.operations import UnableToAsk
from dangol.workspaces.queries import newest_approval, newest_approvals, rule_for


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
    questions = newest_approvals(request.member.workspace_id, ENDING, (line.row.pk for line in page.lines))
    lines = [(line, _waiting(questions.get(line.row.pk))) for line in page.lines]
    context = {"page": page, "kind": kind, "kinds": kinds, "batch": _batch(asked.get("batch", "")), "days": DAYS_KEPT}
    context |= {"lines": lines, "may_end": may_delete_for_good(request.member)}
    return render(request, "customers/trash.html", context)


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
    """Ask whether this is meant; by POST, delete for good, or ask those who have to agree."""
    member, row = request.member, _lying(request, kind, row_id)
    if request.method != "POST":
        question = newest_approval(member.workspace_id, ENDING, row.pk)
        asks = rule_for(member.workspace_id, ENDING, 1) is not None and (
            question is None or question.state != ApprovalState.APPROVED
        )
        context = {"row": row, "kind": kind, "question": _waiting(question), "asks": asks}
        return render(request, "customers/deletion_for_good.html", context)
    try:
        question = end_trashed(kind=kind, row=row, member=member, now=request.now)
    except (UnableToEnd, UnableToAsk) as refusal:
        messages.error(request, str(refusal))
    else:
        if question is None:
            messages.success(request, _("Deleted for good."))
        else:
            messages.info(request, _("Others have to agree first. It happens by itself when they have."))
    return redirect(f"{reverse('history:trash')}?kind={kind}")


def _waiting(question: Approval | None) -> Approval | None:
    """Return a question only while its answers are awaited."""
    return question if question is not None and question.state == ApprovalState.WAITING else None


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
