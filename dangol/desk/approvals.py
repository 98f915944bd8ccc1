"""What a list may need others' consent for: carrying its rows out as a file, and moving many of them to the trash."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.customers.permissions import may_delete
from dangol.desk.enums import Listed
from dangol.desk.models import BulkChange
from dangol.desk.operations import begin_approved
from dangol.desk.operations.bulk import DELETION
from dangol.desk.permissions import may_export
from dangol.desk.tables.shown_list import ShownList, list_url
from dangol.workspaces.contracts import ApprovalSubject, Proposal
from dangol.workspaces.models import Approval, Member

EXPORT = "export"


def export_of(shown: ShownList) -> Proposal:
    """The rows of a list as it is shown, as a file, to one member."""
    query = shown.asked_query
    row_id = uuid5(NAMESPACE_URL, f"{shown.member.pk}/{shown.listed}{query}")
    columns = [str(column.label) for column in shown.columns]
    content = {"list": str(shown.listed), "query": query, "columns": columns}
    return Proposal(subject=EXPORT, row_id=row_id, content=content, amount=shown.rows.count())


class ListExport(ApprovalSubject):
    """A list as a file. Who asked comes back and fetches it, once."""

    key = EXPORT
    title = gettext_lazy("Export a list")

    def may(self, member: Member) -> bool:
        return may_export(member)

    def url(self, approval: Approval) -> str:
        return f"{list_url(Listed(approval.content['list']))}{approval.content['query']}"

    def lines(self, content: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
        return [(_("List"), str(Listed(content["list"]).label)), (_("Columns"), ", ".join(content["columns"]))]

    def go_ahead(self, approval: Approval, now: datetime) -> None:
        """Nothing: the file goes to nobody but the one who asked for it."""


class BulkDeletion(ApprovalSubject):
    """Many rows into the trash at once."""

    key = DELETION
    title = gettext_lazy("Move rows to the trash")

    def may(self, member: Member) -> bool:
        return may_delete(member)

    def url(self, approval: Approval) -> str:
        return f"{reverse(approval.content['list'])}?change={approval.row_id}"

    def lines(self, content: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
        return [(_("List"), str(Listed(content["list"]).label))]

    def go_ahead(self, approval: Approval, now: datetime) -> None:
        change = BulkChange.objects.select_related("by").get(workspace_id=approval.workspace_id, pk=approval.row_id)
        begin_approved(change=change, now=now)
