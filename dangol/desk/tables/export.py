"""A list as a file."""

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.desk.queries.audit import ORDER, AuditFilter, entries_of
from dangol.desk.queries.lists import sortable
from dangol.desk.tables.shown_list import ShownList, beside_of
from dangol.kit import tenancy
from dangol.kit.csv_files import MARK, csv_text
from dangol.kit.masking import masking
from dangol.kit.pagination import keyset_page
from dangol.kit.sight import watching
from dangol.workspaces.enums import Deed
from dangol.workspaces.models import AuditEntry, Member
from dangol.workspaces.operations import record_act

STEP = 1000
AUDIT_COLUMNS = ("at", "member", "deed", "verb", "people", "purpose", "detail", "address", "session")


def csv_lines(shown: ShownList) -> Iterator[str]:
    """Yield the file, a thousand rows at a time, each read in a short transaction of its own."""
    columns, order = shown.columns, shown.asked.order
    yield MARK + csv_text([[_("Name"), *(str(column.label) for column in columns)]])
    after: str | None = None
    while True:
        masked = masking(shown.member.rights.masked)
        with tenancy.workspace(shown.member.workspace_id), watching() as seen, masked:
            rows = sortable(shown.rows, shown.asked)
            page = keyset_page(rows.select_related("owner__user"), order=order, after=after, size=STEP)
            beside = beside_of(shown.listed, columns, page.items, shown.member)
            lines = [[row.name, *(column.text(row, beside) for column in columns)] for row in page.items]
            record_act(
                member=shown.member, verb="export_rows", detail={"list": shown.listed, "rows": len(lines)},
                now=timezone.now(), deed=Deed.EXPORT, people=seen,
            )  # fmt: skip
        yield csv_text(lines)
        if page.next_after is None:
            return
        after = page.next_after


def audit_lines(reader: Member, wanted: AuditFilter) -> Iterator[str]:
    """Yield the entries of the audit record that are meant, a thousand at a time."""
    yield MARK + csv_text([AUDIT_COLUMNS])
    after: str | None = None
    while True:
        with tenancy.workspace(reader.workspace_id):
            page = keyset_page(entries_of(reader, wanted), order=ORDER, after=after, size=STEP)
        yield csv_text([_audit_cells(entry) for entry in page])
        if page.next_after is None:
            return
        after = page.next_after


def _audit_cells(entry: AuditEntry) -> list[object]:
    return [
        entry.at.isoformat(), entry.member.user.email if entry.member else "", entry.deed, entry.verb,
        " ".join(map(str, entry.people)), entry.purpose, entry.detail, entry.address, entry.session,
    ]  # fmt: skip
