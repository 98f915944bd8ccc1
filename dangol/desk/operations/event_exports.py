"""Writing events into a file, piece by piece, as a job that can be left and goes on after a crash."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from dangol.customers.models import Person
from dangol.desk.enums import ExportFormat, ExportState
from dangol.desk.models import EventExport, EventExportPiece
from dangol.desk.operations.exporting import UnableToExport
from dangol.desk.permissions import may_export
from dangol.kit import tenancy
from dangol.kit.csv_files import MARK, csv_text
from dangol.kit.jobs import job
from dangol.kit.masking import masking
from dangol.segments.models import Segment
from dangol.segments.queries import member_ids
from dangol.tracking.models import Event, HourlyCount
from dangol.workspaces.contracts import Proposal
from dangol.workspaces.enums import Deed, Kind, Limited, Verb
from dangol.workspaces.models import Member
from dangol.workspaces.operations import clear, record_act, spend

STEP = 5000
DAYS_KEPT = 7
EVENTS = "events"
"""Under which name the rules for approval know files of events."""
COLUMNS = (
    "id",
    "occurred_at",
    "received_at",
    "name",
    "person_id",
    "anonymous_id",
    "source_id",
    "properties",
    "context",
)


@transaction.atomic
def export_events(
    *,
    member: Member,
    name: str,
    since: datetime,
    until: datetime,
    segment: Segment | None,
    form: ExportFormat,
    now: datetime,
) -> EventExport:
    """
    Begin to write the events of one name into a file that can be fetched for seven days; a job does the work.

    It waits, where a rule says so, until others agreed.

    :raises UnableToExport: if there are more than the workspace may still export today
    :raises UnableToAsk: if too few colleagues could approve it
    """
    counts = HourlyCount.objects.filter(workspace_id=member.workspace_id, name=name, hour__gte=since, hour__lt=until)
    expected = counts.aggregate(events=Sum("count"))["events"] or 0
    export = EventExport.objects.create(
        workspace_id=member.workspace_id,
        name=name,
        since=since,
        until=until,
        segment=segment,
        format=form,
        expected=expected,
        by=member,
        created_at=now,
        expires_at=now + timedelta(days=DAYS_KEPT),
    )
    if clear(proposal=_proposal(export), by=member, now=now):
        export.state = ExportState.WAITING
        export.save(update_fields=["state"])
    else:
        _begin(export, now)
    return export


@transaction.atomic
def write_approved(*, export: EventExport, now: datetime) -> None:
    """
    Begin to write what waited for approval, for the member who asked. The seven days run from now.

    :raises UnableToExport: if there are more events than the workspace may still export today
    """
    if export.state == ExportState.WAITING and clear(proposal=_proposal(export), by=export.by, now=now) is None:
        export.state, export.expires_at = ExportState.RUNNING, now + timedelta(days=DAYS_KEPT)
        export.save(update_fields=["state", "expires_at"])
        _begin(export, now)


def _begin(export: EventExport, now: datetime) -> None:
    house = export.workspace_id
    spend(workspace_id=house, what=Limited.EXPORT_ROWS, amount=export.expected, now=now, refusal=UnableToExport)
    run_event_export.defer(workspace_id=house, export_id=export.pk)
    detail = {"export": str(export.pk), "event": export.name, "segment": str(export.segment or "")}
    record_act(member=export.by, verb="export_events", detail=detail, now=now, deed=Deed.EXPORT)


def _proposal(export: EventExport) -> Proposal:
    """What exactly leaves the house: these events, of these people."""
    segment = export.segment
    content = {
        "name": export.name, "since": export.since.isoformat(), "until": export.until.isoformat(),
        "format": str(export.format), "segment": str(segment or ""), "definition": segment and segment.definition,
    }  # fmt: skip
    return Proposal(subject=EVENTS, row_id=export.pk, content=content, amount=export.expected)


@job(atomic=False)
def run_event_export(*, workspace_id: UUID, export_id: UUID) -> None:
    """
    Go on with a file, 5,000 events a transaction, with what its owner may see and read at that moment.

    It is thrown away if its owner may no longer export.
    """
    running = True
    while running:
        with tenancy.workspace(workspace_id):
            locked = EventExport.objects.select_for_update(of=("self",)).select_related("by")
            export = locked.filter(workspace_id=workspace_id, pk=export_id, state=ExportState.RUNNING).first()
            running = export is not None and _may_go_on(export) and _step(export)


@job()
def forget_event_exports(*, workspace_id: UUID) -> None:
    """Delete files whose seven days are over. Runs daily."""
    EventExport.objects.filter(workspace_id=workspace_id, expires_at__lte=timezone.now()).delete()


def _may_go_on(export: EventExport) -> bool:
    if may_export(export.by):
        return True
    record_act(
        member=export.by, verb="run_event_export", detail={"export": str(export.pk)}, now=timezone.now(),
        deed=Deed.REFUSED,
    )  # fmt: skip
    export.delete()
    return False


def _step(export: EventExport) -> bool:
    """Write the next piece and move on, in the same transaction; return whether more is to come."""
    with masking(export.by.rights.masked):
        events = list(_next_events(export)[:STEP])
    is_first = export.after_id is None
    content = _lines(events, ExportFormat(export.format), is_first=is_first)
    if content:
        EventExportPiece.objects.create(workspace_id=export.workspace_id, export=export, content=content.encode())
    if events:
        export.after_at, export.after_id = events[-1].occurred_at, events[-1].pk
    export.written += len(events)
    export.state = ExportState.RUNNING if len(events) == STEP else ExportState.DONE
    export.save(update_fields=["after_at", "after_id", "written", "state"])
    return export.state == ExportState.RUNNING


def _next_events(export: EventExport) -> QuerySet[Event]:
    events = Event.objects.filter(workspace_id=export.workspace_id, name=export.name, occurred_at__lt=export.until)
    if export.segment is not None:
        events = events.filter(person_id__in=member_ids(export.segment))
    export.by.acting = Verb.EXPORT
    if not export.by.reaches_all(Kind.PEOPLE):
        events = events.filter(person_id__in=Person.objects.visible_to(export.by).values("pk"))
    at = export.after_at
    behind = Q(occurred_at__gt=at) | Q(occurred_at=at, id__gt=export.after_id) if at else Q()
    return events.filter(behind, occurred_at__gte=at or export.since).order_by("occurred_at", "id")


def _lines(events: Sequence[Event], form: ExportFormat, *, is_first: bool) -> str:
    rows = [{column: _plain(getattr(event, column)) for column in COLUMNS} for event in events]
    if form == ExportFormat.NDJSON:
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    head = MARK + csv_text([COLUMNS]) if is_first else ""
    return head + csv_text(row.values() for row in rows)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
