"""Whether events come as they used to: who stopped, and what comes far more or far less often."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.utils import timezone

from dangol.kit.jobs import job
from dangol.tracking.enums import EventRule, WarningKind
from dangol.tracking.models import EventDefinition, SchemaWarning
from dangol.tracking.operations.schema_warnings import Notice, warn

DAYS = 14
ENOUGH_DAYS = 5
ENOUGH_EVENTS = 20
FACTOR = 2
VOLUME_KINDS = (WarningKind.STOPPED, WarningKind.FEWER, WarningKind.MORE)

DAILY = """
SELECT name, floor(extract(epoch FROM %(until)s - hour - interval '1 hour') / 86400)::int AS days_back, sum(count)::int
FROM tracking_hourly_count
WHERE workspace_id = %(workspace)s AND hour >= %(since)s AND hour < %(until)s
GROUP BY name, days_back
"""


@job()
def watch_volumes(*, workspace_id: UUID) -> None:
    """Compare the last 24 whole hours of every event with the fourteen days before. Runs hourly."""
    compare_volumes(workspace_id=workspace_id, now=timezone.now())


def compare_volumes(*, workspace_id: UUID, now: datetime) -> None:
    """
    Warn of events that stopped, or came less than half as often as on the weakest of the last fourteen days, or more
    than twice as often as on the strongest. A warning whose reason is gone closes by itself.
    """
    until = now.replace(minute=0, second=0, microsecond=0)
    kept_out = set(
        EventDefinition.objects.filter(workspace_id=workspace_id, rule=EventRule.BLOCK).values_list("name", flat=True)
    )
    notices = [
        notice
        for name, counts in _daily(workspace_id, until).items()
        if name not in kept_out
        for notice in _odd(name, counts)
    ]
    _close_others(workspace_id, notices, now)
    warn(workspace_id=workspace_id, notices=Counter(notices), now=now)


def _daily(workspace_id: UUID, until: datetime) -> dict[str, list[int]]:
    """Count each event by day, the last 24 hours first."""
    days: dict[str, list[int]] = defaultdict(lambda: [0] * (DAYS + 1))
    since = until - timedelta(days=DAYS + 1)
    with connection.cursor() as cursor:
        cursor.execute(DAILY, {"workspace": workspace_id, "since": since, "until": until})
        for name, days_back, count in cursor.fetchall():
            days[name][days_back] = count
    return days


def _odd(name: str, counts: Sequence[int]) -> Iterator[Notice]:
    last, *before = counts
    while before and not before[-1]:
        before.pop()
    if len(before) < ENOUGH_DAYS or not all(before[:ENOUGH_DAYS]):
        return
    least, most = min(before), max(before)
    detail = json.dumps({"last": last, "least": least, "most": most, "days": len(before)})
    if not last:
        yield Notice(name, "", WarningKind.STOPPED, detail)
    elif last * FACTOR < least and least >= ENOUGH_EVENTS:
        yield Notice(name, "", WarningKind.FEWER, detail)
    elif last > most * FACTOR and last >= ENOUGH_EVENTS:
        yield Notice(name, "", WarningKind.MORE, detail)


def _close_others(workspace_id: UUID, notices: Sequence[Notice], now: datetime) -> None:
    still = {(notice.event, notice.kind) for notice in notices}
    standing = SchemaWarning.objects.filter(workspace_id=workspace_id, closed_at=None, kind__in=VOLUME_KINDS)
    over = [one.pk for one in standing.select_related("event") if (one.event.name, one.kind) not in still]
    SchemaWarning.objects.filter(workspace_id=workspace_id, pk__in=over).update(closed_at=now)
