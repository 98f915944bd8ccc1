"""What the lake of a workspace consists of, and what it has yet to take over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Max, Sum

from dangol.tracking.models import Event, LakeChange, LakeFile


@dataclass(frozen=True)
class LakeMonth:
    """The events of one month."""

    month: date
    files: int
    rows: int
    size: int


@dataclass(frozen=True)
class LakeStatus:
    """
    Sizes are bytes.

    :ivar newest_at: when the newest event happened that the lake has
    :ivar copied_at: when people, companies and records were copied
    :ivar waiting: months of which something has yet to be taken over
    """

    months: Sequence[LakeMonth]
    files: int
    size: int
    newest_at: datetime | None
    copied_at: datetime | None
    waiting: frozenset[date]

    @property
    def rows(self) -> int:
        """How many events the lake has."""
        return sum(month.rows for month in self.months)

    @property
    def total(self) -> int:
        """How many months the lake has, or will have."""
        return len(self.waiting | {month.month for month in self.months})

    @property
    def done(self) -> int:
        """How many of them are up to date."""
        return self.total - len(self.waiting)


def lake_status(*, workspace_id: UUID) -> LakeStatus:
    """The files of the entered workspace's lake, the newest month first, in two queries."""
    files = LakeFile.objects.filter(workspace_id=workspace_id, replaced_at=None)
    counted = files.values_list("table", "month").annotate(
        files=Count("pk"), events=Sum("rows"), bytes=Sum("size"), newest=Max("newest_at"), made=Max("made_at")
    )
    parts = list(counted.order_by("-month", "table"))
    waiting = LakeChange.objects.filter(workspace_id=workspace_id).values_list("month", flat=True).distinct()
    return LakeStatus(
        months=[LakeMonth(month, *told[:3]) for table, month, *told in parts if table == Event._meta.db_table],
        files=sum(part[2] for part in parts),
        size=sum(part[4] for part in parts),
        newest_at=max((part[5] for part in parts if part[5]), default=None),
        copied_at=min((part[6] for part in parts if part[0] != Event._meta.db_table), default=None),
        waiting=frozenset(waiting),
    )
