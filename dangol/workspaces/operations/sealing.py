"""
The chain of seals over the audit record.

A job seals what was written since: each entry as canonical bytes → its digest; the digests, in order, and the hash of
the seal before → the hash of this one. Whoever changes, removes or slips in a line breaks the chain from there on; who
computes the whole chain anew meets its heads, which were written down outside of the database.
"""

import logging
import os
from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import groupby
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils import timezone

from dangol.kit import locks, tenancy
from dangol.kit.jobs import job
from dangol.workspaces.models import AuditEntry, AuditSeal
from dangol.workspaces.queries import NOTHING_BEFORE, digest_of, head_of, seal_hash

logger = logging.getLogger(__name__)

MOST = 1000

TAKE = """
DELETE FROM workspaces_auditwaiting WHERE workspace_id = %s AND entry_id IN (
    SELECT entry_id FROM workspaces_auditwaiting WHERE workspace_id = %s ORDER BY entry_id LIMIT %s
) RETURNING entry_id
"""


@job(atomic=False)
def seal_audit(*, workspace_id: UUID) -> None:
    """Seal everything that waits, and write the new head down outside of the database. Runs every minute."""
    more = True
    while more:
        with tenancy.workspace(workspace_id):
            more = _seal(workspace_id, timezone.now())
    with tenancy.workspace(workspace_id):
        head = head_of(workspace_id)
    if head is not None:
        anchor(head)


def _seal(workspace_id: UUID, now: datetime) -> bool:
    """Seal up to a thousand entries; return whether there may be more."""
    locks.hold(f"seal_audit:{workspace_id}")
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [workspace_id, workspace_id, MOST])
        taken = [entry_id for (entry_id,) in cursor.fetchall()]
    entries = AuditEntry.objects.filter(workspace_id=workspace_id, id__in=taken).order_by("keep_until", "id")
    last = head_of(workspace_id)
    for keep_until, together in groupby(entries, key=lambda entry: entry.keep_until):
        last = _add(workspace_id, last, list(together), keep_until, now)
    return len(taken) == MOST


def _add(
    workspace_id: UUID, last: AuditSeal | None, entries: Sequence[AuditEntry], keep_until: date, now: datetime
) -> AuditSeal:
    seal = AuditSeal(
        workspace_id=workspace_id,
        number=last.number + 1 if last else 1,
        at=now,
        keep_until=keep_until,
        entries=[entry.pk for entry in entries],
        digests=[digest_of(entry) for entry in entries],
        previous=bytes(last.hash) if last else NOTHING_BEFORE,
    )
    seal.hash = seal_hash(seal)
    seal.save(force_insert=True)
    return seal


def anchor(seal: AuditSeal) -> None:
    """Write the head of a chain down outside of the database, once: a line in a file, and one in the log."""
    path = Path(settings.AUDIT_ANCHORS) / f"{seal.workspace_id}.txt"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    line = f"{seal.at.astimezone(UTC):%FT%TZ} {seal.number} {bytes(seal.hash).hex()}"
    if path.exists() and path.read_text(encoding="ascii").splitlines()[-1:] == [line]:
        return
    with path.open("a", encoding="ascii") as heads:
        heads.write(f"{line}\n")
        heads.flush()
        os.fsync(heads.fileno())
    logger.info("The audit record of workspace %s is sealed: %s", seal.workspace_id, line)


@job()
def turn_audit_months(*, workspace_id: UUID) -> None:
    """Make the months that are written next, and drop those whose time is over. Runs daily."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT workspaces_make_audit_months()")
        cursor.execute("SELECT workspaces_drop_audit_months()")
        for (month,) in cursor.fetchall():
            logger.info("The audit record of %s was kept as long as it must be and is gone.", month)
