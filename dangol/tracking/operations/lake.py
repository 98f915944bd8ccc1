"""
The lake follows the database.

Triggers tell, in the transaction that changes events, from which id to which something changed. Writing takes what was
told, reads those events, and in one transaction forgets what it took and lists the new files. Nothing depends on the
order in which transactions commit: what is told becomes visible together with its events, and what commits later is
told later. A crash anywhere leaves what was told as it was, and at most a file that nobody lists, which is swept.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from dangol.customers.contracts import is_sampled
from dangol.kit import tenancy
from dangol.kit.ids import as_uuid, uuid7
from dangol.kit.jobs import job
from dangol.kit.locks import hold_if_free
from dangol.kit.months import following_month
from dangol.tracking.contracts import LakeTable
from dangol.tracking.lake.copying import Reader, reading
from dangol.tracking.lake.place import storage
from dangol.tracking.lake.spans import MOST_ROWS, MOST_SMALL, Span, due_spans
from dangol.tracking.models import Event, LakeChange, LakeFile
from dangol.workspaces.models import Member
from dangol.workspaces.operations import record_act

AT_A_TIME = 10_000
STILL_READ = timedelta(minutes=10)
"""How long a file stays after it was replaced: a question may be reading it."""

STILL_WRITTEN = timedelta(hours=1)
"""How long a file that nobody lists may be one that is being written."""

IS_SAMPLED = f"coalesce({is_sampled('person_id')}, false) AS is_sampled"
ORDER = "is_sampled DESC, name, occurred_at"
MONTHS = """
INSERT INTO tracking_lake_change (workspace_id, month, first_id, last_id)
SELECT %s, to_date(right(inhrelid::regclass::text, 6), 'YYYYMM'), '00000000-0000-0000-0000-000000000000',
    'ffffffff-ffff-ffff-ffff-ffffffffffff'
FROM pg_inherits WHERE inhparent = 'tracking_event'::regclass
"""
PIECES = """
SELECT min(id::text COLLATE "C")::uuid, max(id::text COLLATE "C")::uuid FROM (
    SELECT id, (row_number() OVER (ORDER BY id) - 1) / %s AS piece FROM tracking_event
    WHERE workspace_id = %s AND occurred_at >= %s AND occurred_at < %s AND id BETWEEN %s AND %s
) AS counted GROUP BY piece ORDER BY piece
"""
PIECE = "t.occurred_at >= '{since}' AND t.occurred_at < '{until}' AND t.id BETWEEN '{first}' AND '{last}'"


@job(atomic=False)
def write_lake(*, workspace_id: UUID) -> None:
    """
    Take over the events that came, changed or went since the last time, month by month; then clear up.

    What is told meanwhile is for the next time: while a shop sends without a pause, there is always more.
    """
    upto = _last_change(workspace_id)
    while month := _next_month(workspace_id, upto):
        if not write_month(workspace_id=workspace_id, month=month, now=timezone.now()):
            return
    sweep_lake(workspace_id=workspace_id, now=timezone.now())


@job(atomic=False)
def copy_tables(*, workspace_id: UUID) -> None:
    """Copy what is known about people, companies and records, all of it as it stands at one moment."""
    now = timezone.now()
    with tenancy.workspace(workspace_id):
        if not hold_if_free(f"lake {workspace_id}"):
            return
        with reading(workspace_id) as reader:
            for table in LakeTable.tables.values():
                if table.model is not Event:
                    _copy(workspace_id, table.name, reader, now)


def write_month(*, workspace_id: UUID, month: date, now: datetime, most_small: int = MOST_SMALL) -> bool:
    """
    Write what was told of one month, in one transaction; return False if another process is at this workspace's lake.

    :param most_small: join small files that lie beside each other if the month has more of them
    """
    with tenancy.workspace(workspace_id):
        if not hold_if_free(f"lake {workspace_id}"):
            return False
        told = list(LakeChange.objects.filter(workspace_id=workspace_id, month=month).order_by("id")[:AT_A_TIME])
        files = LakeFile.objects.filter(
            workspace_id=workspace_id, table=Event._meta.db_table, month=month, replaced_at=None
        )
        for span in due_spans(files, told, most_small=most_small):
            _write_span(workspace_id, month, span, now)
        LakeChange.objects.filter(workspace_id=workspace_id, pk__in=[change.pk for change in told]).delete()
    return True


def compact_lake(*, workspace_id: UUID, now: datetime) -> None:
    """Join small files that lie beside each other, however few there are."""
    with tenancy.workspace(workspace_id):
        files = LakeFile.objects.filter(workspace_id=workspace_id, table=Event._meta.db_table, replaced_at=None)
        months = sorted({file.month for file in files if file.month})
    for month in months:
        write_month(workspace_id=workspace_id, month=month, now=now, most_small=1)


@transaction.atomic
def start_lake_anew(*, member: Member, now: datetime) -> None:
    """Let the lake be made anew from the database, in the background. Its old files answer until new ones are there."""
    rebuild_lake(workspace_id=member.workspace_id)
    for work in (write_lake, copy_tables):
        work.defer_once(f"{work.name}:{member.workspace_id}", workspace_id=member.workspace_id)
    record_act(member=member, verb="start_lake_anew", detail={}, now=now)


def rebuild_lake(*, workspace_id: UUID) -> None:
    """Tell the lake that everything changed, on the current transaction. `write_lake` and `copy_tables` do the rest."""
    with connection.cursor() as cursor:
        cursor.execute(MONTHS, [workspace_id])


def sweep_lake(*, workspace_id: UUID, now: datetime) -> None:
    """Delete files that were replaced and are no longer read, and those that a crash left behind."""
    with tenancy.workspace(workspace_id):
        gone = LakeFile.objects.filter(workspace_id=workspace_id, replaced_at__lt=now - STILL_READ)
        for file in gone:
            storage().delete(file.key)
        gone.delete()
        listed = {file.key for file in LakeFile.objects.filter(workspace_id=workspace_id)}
    for key in storage().keys(str(workspace_id)):
        if key not in listed and _made_at(key) < now - STILL_WRITTEN:
            storage().delete(key)


def forget_lake(*, workspace_id: UUID) -> None:
    """Delete every file of a workspace that is gone itself."""
    for key in storage().keys(str(workspace_id)):
        storage().delete(key)


def _copy(workspace_id: UUID, table: str, reader: Reader, now: datetime) -> None:
    former = LakeFile.objects.filter(workspace_id=workspace_id, table=table, replaced_at=None)
    replaced = list(former.values_list("pk", flat=True))
    _write(_new_file(workspace_id, table, now), reader)
    _replace(replaced, now)


def _last_change(workspace_id: UUID) -> int:
    """Return the number of what was told last, 0 if there is nothing."""
    with tenancy.workspace(workspace_id):
        last = LakeChange.objects.filter(workspace_id=workspace_id).order_by("-id")
        return last.values_list("id", flat=True).first() or 0


def _next_month(workspace_id: UUID, upto: int) -> date | None:
    """Return the newest month of which something was told up to a number."""
    with tenancy.workspace(workspace_id):
        told = LakeChange.objects.filter(workspace_id=workspace_id, id__lte=upto).order_by("-month")
        return told.values_list("month", flat=True).first()


def _write_span(workspace_id: UUID, month: date, span: Span, now: datetime) -> None:
    since = datetime.combine(month, time(), UTC)
    until = datetime.combine(following_month(month), time(), UTC)
    with connection.cursor() as cursor:
        cursor.execute(PIECES, [MOST_ROWS, workspace_id, since, until, span.first, span.last])
        pieces = cursor.fetchall()
    with reading(workspace_id) as reader:
        for first, last in pieces:
            file = _new_file(workspace_id, Event._meta.db_table, now, month=month, first_id=first, last_id=last)
            where = PIECE.format(since=since, until=until, first=first, last=last)
            _write(file, reader, where=where, also=IS_SAMPLED, order=ORDER, newest="occurred_at")
    _replace([file.pk for file in span.files], now)


def _new_file(workspace_id: UUID, table: str, now: datetime, **part: Any) -> LakeFile:
    return LakeFile(id=uuid7(), workspace_id=workspace_id, table=table, made_at=now, **part)


def _write(file: LakeFile, reader: Reader, **how: str) -> None:
    """Write a file and list it."""
    with storage().writing(file.key) as place:
        copied = reader.copy(LakeTable.tables[file.table], place, **how)
        file.size = place.stat().st_size
    file.rows, file.newest_at = copied.rows, copied.newest_at
    file.save(force_insert=True)


def _replace(files: Sequence[UUID], now: datetime) -> None:
    """Let files be no part of the lake any more."""
    LakeFile.objects.filter(pk__in=files).update(replaced_at=now)


def _made_at(key: str) -> datetime:
    """Return when the writing of a file began, as its name tells: a UUIDv7 begins with Unix milliseconds."""
    made = as_uuid(PurePosixPath(key).stem)
    return datetime.fromtimestamp((made.int >> 80) / 1000, UTC) if made else datetime.min.replace(tzinfo=UTC)
