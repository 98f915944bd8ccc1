"""What others may have to agree to: files of lists and of events, many rows into the trash, and lent rights."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from dangol.customers.permissions import may_delete
from dangol.desk.enums import ExportFormat, Listed
from dangol.desk.models import BulkChange, EventExport
from dangol.desk.operations import begin_approved, write_approved
from dangol.desk.operations.bulk import DELETION
from dangol.desk.operations.event_exports import EVENTS
from dangol.desk.permissions import may_export
from dangol.desk.tables.shown_list import ShownList, list_url
from dangol.segments.queries import describe
from dangol.workspaces.contracts import ApprovalSubject, Proposal
from dangol.workspaces.enums import Role
from dangol.workspaces.models import Approval, Elevation, Member
from dangol.workspaces.operations import answer_elevation
from dangol.workspaces.operations.rights import ELEVATION
from dangol.workspaces.permissions import may_configure

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


class EventsExport(ApprovalSubject):
    """Events as a file. It is written when others agreed, for the one who asked."""

    key = EVENTS
    title = gettext_lazy("Export events")

    def may(self, member: Member) -> bool:
        return may_export(member)

    def url(self, approval: Approval) -> str:
        return reverse("event_exports")

    def lines(self, content: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
        since, until = (date_format(localtime(datetime.fromisoformat(content[end]))) for end in ("since", "until"))
        return [
            (_("Event"), content["name"]),
            (_("Time"), f"{since} – {until}"),
            (_("Only of people in"), _segment_said(content)),
            (_("Format"), str(ExportFormat(content["format"]).label)),
        ]

    def go_ahead(self, approval: Approval, now: datetime) -> None:
        exports = EventExport.objects.select_for_update(of=("self",)).select_related("by", "segment")
        write_approved(export=exports.get(workspace_id=approval.workspace_id, pk=approval.row_id), now=now)


class RightsLending(ApprovalSubject):
    """Rights of another role for some hours. Who gets them does not agree to it."""

    key = ELEVATION
    title = gettext_lazy("Lend rights")

    def may(self, member: Member) -> bool:
        return may_configure(member)

    def url(self, approval: Approval) -> str:
        return reverse("elevations")

    def lines(self, content: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
        return [
            (_("Who"), content["name"]),
            (_("Rights of"), str(Role(content["role"]).label)),
            (_("Hours"), str(content["hours"])),
            (_("What for"), content["reason"]),
        ]

    def is_for(self, member: Member, content: Mapping[str, Any]) -> bool:
        return member.pk == UUID(content["member"])

    def go_ahead(self, approval: Approval, now: datetime) -> None:
        asked = Elevation.objects.select_related("member__user")
        elevation = asked.get(workspace_id=approval.workspace_id, pk=approval.row_id)
        answer_elevation(by=approval.by, elevation=elevation, is_granted=True, now=now)


def _segment_said(content: Mapping[str, Any]) -> str:
    if not content["segment"]:
        return _("Everybody")
    return f"{content['segment']}: {describe(content['definition'], get_language() or 'en')}"
