"""What looked odd about an event, said once until somebody has understood it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from dangol.kit.ids import uuid7s
from dangol.tracking.models import SchemaWarning
from dangol.workspaces.models import Member

WARN = """
INSERT INTO tracking_schemawarning AS open
    (id, workspace_id, event_id, property, kind, detail, times, first_at, last_at)
SELECT told.id, event.workspace_id, event.id, told.property, told.kind, told.detail, told.times, %(now)s, %(now)s
FROM unnest(%(ids)s::uuid[], %(events)s::text[], %(properties)s::text[], %(kinds)s::text[], %(details)s::jsonb[],
    %(times)s::int[]) AS told(id, event, property, kind, detail, times)
JOIN tracking_eventdefinition AS event ON event.workspace_id = %(workspace)s AND event.name = told.event
ON CONFLICT (workspace_id, event_id, property, kind) WHERE closed_at IS NULL
DO UPDATE SET times = open.times + excluded.times, last_at = excluded.last_at, detail = excluded.detail
"""


class Notice(NamedTuple):
    """One thing noticed about an event, or about one of its properties. `detail` is JSON and holds no values."""

    event: str
    property: str
    kind: str
    detail: str = "{}"


def warn(*, workspace_id: UUID, notices: Mapping[Notice, int], now: datetime) -> None:
    """Write down how often each thing was noticed; what stands open already is counted on. Unknown events are left."""
    if not notices:
        return
    events, properties, kinds, details = zip(*notices, strict=True)
    values: dict[str, Any] = {
        "workspace": workspace_id,
        "now": now,
        "ids": uuid7s(len(notices)),
        "events": list(events),
        "properties": list(properties),
        "kinds": list(kinds),
        "details": list(details),
        "times": list(notices.values()),
    }
    with connection.cursor() as cursor:
        cursor.execute(WARN, values)


def close_warning(*, warning: SchemaWarning, member: Member, now: datetime) -> None:
    """Take a warning as understood. The same thing noticed again opens a new one."""
    SchemaWarning.objects.filter(workspace_id=member.workspace_id, pk=warning.pk, closed_at=None).update(
        closed_at=now, closed_by=member
    )
