"""What a workspace used, and how much it may."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from dangol.workspaces.enums import Limited, Span
from dangol.workspaces.models import Use

WARNED_AT = 80
URGENT_AT = 95
"""From how many percent of a limit on administrators are warned, and warned urgently."""
TREND_DAYS = 30

STANDINGS = """
SELECT asked.what, lim.most, coalesce(CASE asked.span
    WHEN 'now' THEN (
        SELECT amount FROM workspaces_use u WHERE u.workspace_id = w.id AND u.what = asked.what
        ORDER BY began_at DESC LIMIT 1)
    ELSE (
        SELECT sum(amount) FROM workspaces_use u WHERE u.workspace_id = w.id AND u.what = asked.what
            AND u.began_at >= date_trunc(asked.span, %s::timestamptz, w.time_zone))
    END, 0)::bigint
FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS asked(what, span, place)
JOIN workspaces_workspace w ON w.id = %s
LEFT JOIN workspaces_limit lim ON lim.workspace_id = w.id AND lim.what = asked.what
ORDER BY asked.place
"""


@dataclass(frozen=True)
class Standing:
    """How much of one thing is used; `most` is None where there is no limit."""

    what: Limited
    most: int | None
    used: int

    @property
    def percent(self) -> int:
        """Of the limit, in whole percent, rounded down; a limit of nothing is reached at once."""
        if self.most is None:
            return 0
        return self.used * 100 // self.most if self.most else 100

    @property
    def is_near(self) -> bool:
        return self.percent >= WARNED_AT

    @property
    def is_urgent(self) -> bool:
        return self.percent >= URGENT_AT


def standings(workspace_id: UUID, *, now: datetime, of: Sequence[Limited] = tuple(Limited)) -> list[Standing]:
    """Return how the workspace stands with each of these, in their order, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(STANDINGS, [now, [what.value for what in of], [what.span.value for what in of], workspace_id])
        return [Standing(Limited(what), most, used) for what, most, used in cursor.fetchall()]


def daily_uses(workspace_id: UUID, *, now: datetime) -> dict[Limited, list[tuple[date, int]]]:
    """Return what was used on each of the last thirty days; a day without a measure holds what the day before did."""
    last = timezone.localdate(now)
    days = [last - timedelta(days=back) for back in reversed(range(TREND_DAYS))]
    recent = Use.objects.filter(workspace_id=workspace_id, began_at__gte=now - timedelta(days=TREND_DAYS + 1))
    by_day = recent.order_by().annotate(on=TruncDate("began_at")).values_list("what", "on").annotate(Sum("amount"))
    found = {(what, on): amount for what, on, amount in by_day}
    return {
        what: list(zip(days, _filled(what, [found.get((what, on)) for on in days]), strict=True)) for what in Limited
    }


def _filled(what: Limited, amounts: Sequence[int | None]) -> list[int]:
    filled: list[int] = []
    for amount in amounts:
        before = filled[-1] if filled and what.span == Span.NOW else 0
        filled.append(before if amount is None else amount)
    return filled
