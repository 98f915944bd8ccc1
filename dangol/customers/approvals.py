"""What others may have to agree to: erasing a person who asked for it, and deleting for good from the trash."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.customers.enums import RightsLaw
from dangol.customers.history_words import KIND_LABELS
from dangol.customers.models import RightsRequest
from dangol.customers.operations import carry_out, end_trashed
from dangol.customers.operations.history.trash import ENDING
from dangol.customers.operations.rights.requests import ERASURE
from dangol.customers.permissions import may_delete_for_good
from dangol.customers.queries.trash import one_trashed
from dangol.workspaces.contracts import ApprovalSubject
from dangol.workspaces.models import Approval, Member
from dangol.workspaces.permissions import may_guard_privacy


class PersonErasure(ApprovalSubject):
    """One person who asked for it, from all rooms, for good."""

    key = ERASURE
    title = gettext_lazy("Erase a person who asked for it")

    def may(self, member: Member) -> bool:
        return may_guard_privacy(member)

    def url(self, approval: Approval) -> str:
        return reverse("customers:rights_report", args=[approval.row_id])

    def lines(self, content: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
        asked_at = localtime(datetime.fromisoformat(content["asked_at"]))
        return [(_("Asked on"), date_format(asked_at)), (_("Law"), str(RightsLaw(content["law"]).label))]

    def go_ahead(self, approval: Approval, now: datetime) -> None:
        request = RightsRequest.objects.get(workspace_id=approval.workspace_id, pk=approval.row_id)
        carry_out(request=request, member=approval.by, now=now)


class TrashEnding(ApprovalSubject):
    """One row of the trash, for good, before its thirty days are over."""

    key = ENDING
    title = gettext_lazy("Delete for good from the trash")

    def may(self, member: Member) -> bool:
        return may_delete_for_good(member)

    def url(self, approval: Approval) -> str:
        return f"{reverse('history:trash')}?kind={approval.content['kind']}"

    def lines(self, content: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
        deleted_at = localtime(datetime.fromisoformat(content["deleted_at"]))
        return [
            (_("What"), str(KIND_LABELS[content["kind"]])),
            (_("Deleted"), date_format(deleted_at, "DATETIME_FORMAT")),
        ]

    def go_ahead(self, approval: Approval, now: datetime) -> None:
        kind = approval.content["kind"]
        if row := one_trashed(approval.by, kind, approval.row_id):
            end_trashed(kind=kind, row=row, member=approval.by, now=now)
