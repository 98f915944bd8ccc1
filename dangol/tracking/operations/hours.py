"""The hourly counts, made anew from stored events: also of what came before there were counts."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import connection

from dangol.kit import tenancy
from dangol.kit.locks import hold
from dangol.kit.months import following_month
from dangol.tracking.operations.processing import turn_of

FORGET = "DELETE FROM tracking_hourly_count WHERE workspace_id = %s AND hour >= %s AND hour < %s"
COUNT = """
INSERT INTO tracking_hourly_count (workspace_id, name, hour, source_id, count)
SELECT workspace_id, name, date_trunc('hour', occurred_at, 'UTC') AS hour, source_id, count(*) FROM tracking_event
WHERE workspace_id = %s AND occurred_at >= %s AND occurred_at < %s GROUP BY workspace_id, name, hour, source_id
"""
HOUR = timedelta(hours=1)


def count_hours_anew(*, workspace_id: UUID, since: datetime, until: datetime) -> None:
    """
    Count every hour that this time touches, month by month: each is one transaction, in which no events are stored.

    Nobody may have entered a workspace.
    """
    for first, end in _months(_whole(since), _whole(until + HOUR - timedelta(microseconds=1))):
        with tenancy.workspace(workspace_id), connection.cursor() as cursor:
            hold(turn_of(workspace_id))
            cursor.execute(FORGET, [workspace_id, first, end])
            cursor.execute(COUNT, [workspace_id, first, end])


def _whole(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _months(since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    while since < until:
        following = following_month(since.replace(hour=0))
        yield since, min(following, until)
        since = following
