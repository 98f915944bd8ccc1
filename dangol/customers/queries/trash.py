"""What lies in the trash, and for how long still. Read it with the trash open."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from dangol.customers.history_words import DAYS_KEPT
from dangol.customers.models import Company, CustomRecord, Person
from dangol.kit import tenancy
from dangol.kit.pagination import keyset_page
from dangol.workspaces.models import Member

Trashed = Person | Company | CustomRecord
MODELS: dict[str, type[Person] | type[Company] | type[CustomRecord]] = {
    "person": Person,
    "company": Company,
    "record": CustomRecord,
}


@dataclass(frozen=True)
class TrashLine:
    """One who lies in the trash. `days_left` is 0 on the last day."""

    row: Trashed
    kind: str
    by: str
    days_left: int


@dataclass(frozen=True)
class TrashPage:
    """A page of the trash, the last thrown first."""

    lines: list[TrashLine]
    next_after: str | None


def trash_page(member: Member, kind: str, *, now: datetime, after: str | None = None) -> TrashPage:
    """Return who of one kind lies in the trash and may be seen by the member."""
    with tenancy.open_trash():
        rows = trashed(member, kind).select_related("deleted_by__user")
        page = keyset_page(rows, order=("-deleted_at", "-id"), after=after)
    lines = [
        TrashLine(row, kind, row.deleted_by.user.name if row.deleted_by else "", _days_left(row.deleted_at, now))
        for row in page.items
    ]
    return TrashPage(lines, page.next_after)


def trashed(member: Member, kind: str) -> QuerySet[Trashed]:
    """Who of one kind lies in the trash; those merged into another do not lie there. Only inside `open_trash`."""
    lying = MODELS[kind].objects.visible_to(member).filter(deleted_at__isnull=False).exclude(origin="erased")
    return lying if kind == "record" else lying.filter(merged_into__isnull=True)  # type: ignore[misc] # one of the three


def one_trashed(member: Member, kind: str, row_id: UUID) -> Trashed | None:
    """Return one who lies in the trash, if the member may see them."""
    with tenancy.open_trash():
        return trashed(member, kind).filter(pk=row_id).first()


def _days_left(deleted_at: datetime | None, now: datetime) -> int:
    if deleted_at is None:
        return DAYS_KEPT
    return max(0, (deleted_at + timedelta(days=DAYS_KEPT) - now).days)
