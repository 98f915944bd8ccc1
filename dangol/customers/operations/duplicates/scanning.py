"""Comparing everybody with everybody, as a job with progress."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection, transaction
from django.utils import timezone

from dangol.customers.enums import ScanState
from dangol.customers.matching.records import People, Record
from dangol.customers.matching.weighing import Crowd, find_duplicates
from dangol.customers.models import Company, DuplicateScan, Person
from dangol.customers.operations.duplicates.kinds import KINDS, Compared
from dangol.customers.operations.duplicates.writing import forget_pairs, write_keys, write_pairs
from dangol.kit import tenancy
from dangol.kit.jobs import job
from dangol.workspaces.models import Member

CHUNK = 20_000
KEYED_AT_ONCE = 2_000
FIRST = UUID(int=0)


@transaction.atomic
def start_duplicate_scan(*, member: Member, kind: str = "person", now: datetime) -> DuplicateScan:
    """Queue a comparison of everybody (or of all companies), unless one waits or runs; return that one then."""
    return begin_scan(workspace_id=member.workspace_id, by=member, kind=kind, now=now)


def begin_scan(*, workspace_id: UUID, by: Member | None, now: datetime, kind: str = "person") -> DuplicateScan:
    """Queue a scan unless one is under way."""
    under_way = DuplicateScan.objects.filter(workspace_id=workspace_id, kind=kind).exclude(state=ScanState.DONE).first()
    if under_way is not None:
        return under_way
    scan = DuplicateScan.objects.create(workspace_id=workspace_id, kind=kind, by=by, started_at=now)
    scan_for_duplicates.defer(workspace_id=workspace_id, scan_id=scan.pk)
    return scan


@job(queue="merging", atomic=False)
def scan_for_duplicates(*, workspace_id: UUID, scan_id: UUID) -> None:
    """Read everybody, compare, and write the pairs down. May run twice: what it finds is the same."""
    with tenancy.workspace(workspace_id):
        scan = DuplicateScan.objects.filter(workspace_id=workspace_id, pk=scan_id).first()
        if scan is None or scan.state == ScanState.DONE:
            return
        model = Person if scan.kind == "person" else Company
        total = model.objects.filter(workspace_id=workspace_id).count()
        DuplicateScan.objects.filter(pk=scan.pk).update(state=ScanState.RUNNING, total=total, done=0)
        _forget_waiting(KINDS[scan.kind], workspace_id)
    compare_all(KINDS[scan.kind], workspace_id, scan)


def compare_all(compared: Compared, workspace_id: UUID, scan: DuplicateScan) -> None:
    """Compare all people, or all companies. Memory grows by about 600 bytes a person."""
    everybody = People(_everybody(workspace_id, scan, compared.chunk))
    keys = compared.keys_of(everybody)
    crowd = Crowd(np.arange(len(everybody)), len(everybody), compared.share)
    found = find_duplicates(everybody, at_least=compared.listed, keys=keys, crowd=crowd)
    _keep_keys(compared, workspace_id, everybody, keys)
    now = timezone.now()
    with tenancy.workspace(workspace_id):
        written = write_pairs(workspace_id, everybody, found, now=now, kind=compared.kind)
        forget_pairs(workspace_id, now=now, kind=compared.kind)
        _finish(scan, written, len(everybody))


def _everybody(
    workspace_id: UUID, scan: DuplicateScan, chunk_after: Callable[[UUID, UUID, int], list[Record]]
) -> Iterator[Record]:
    last, done = FIRST, 0
    while True:
        with tenancy.workspace(workspace_id):
            records = chunk_after(workspace_id, last, CHUNK)
            done += len(records)
            DuplicateScan.objects.filter(pk=scan.pk).update(done=done)
        yield from records
        if len(records) < CHUNK:
            return
        last = UUID(str(records[-1].id))


def _keep_keys(compared: Compared, workspace_id: UUID, people: People, keys: Sequence[Any]) -> None:
    for start in range(0, len(people), KEYED_AT_ONCE):
        positions = range(start, min(start + KEYED_AT_ONCE, len(people)))
        with tenancy.workspace(workspace_id):
            write_keys(compared, workspace_id, [UUID(str(people.ids[at])) for at in positions], keys, positions)


def _forget_waiting(compared: Compared, workspace_id: UUID) -> None:
    """Who waits is compared by this scan. Who changes from now on waits anew."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {compared.waiting} WHERE workspace_id = %s", [workspace_id])  # noqa: S608 - our own table


def _finish(scan: DuplicateScan, found: int, done: int) -> None:
    DuplicateScan.objects.filter(pk=scan.pk).update(
        state=ScanState.DONE, found=found, done=done, total=done, finished_at=timezone.now()
    )
