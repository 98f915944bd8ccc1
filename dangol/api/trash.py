"""Into the trash and out of it, for every kind of row."""

from typing import TypeVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404

from dangol.api.door import ApiRequest, refuse_unless
from dangol.customers.models import Company, CustomRecord, Person
from dangol.customers.operations import move_to_trash, restore_from_trash
from dangol.customers.permissions import may_delete
from dangol.customers.queries.trash import one_trashed
from dangol.kit.ids import uuid7

R = TypeVar("R", Person, Company, CustomRecord)


def thrown(request: ApiRequest, kind: str, row: Person | Company | CustomRecord) -> HttpResponse:
    """Move a row to the trash."""
    member = request.member
    move_to_trash(
        workspace_id=member.workspace_id, kind=kind, ids=[row.pk], member=member, now=request.now, batch=uuid7()
    )
    return HttpResponse(status=204)


def restored(request: ApiRequest, kind: str, row_id: UUID, visible: QuerySet[R]) -> R:
    """Bring back a row that the member may see out of the trash; one that does not lie there stays as it is."""
    member = request.member
    refuse_unless(member, may_delete)
    member.acting = may_delete.verb
    if one_trashed(member, kind, row_id) is not None:
        restore_from_trash(workspace_id=member.workspace_id, kind=kind, ids=[row_id], member=member, now=request.now)
    elif not visible.filter(pk=row_id).exists():
        raise Http404
    return get_object_or_404(visible, pk=row_id)
