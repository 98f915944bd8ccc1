"""Erasing a person, as something that others may have to agree to."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.customers.enums import RightsLaw
from dangol.customers.models import RightsRequest
from dangol.customers.operations import carry_out
from dangol.customers.operations.rights.requests import ERASURE
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
