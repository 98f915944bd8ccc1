"""The trash: out of every list at once, for good after thirty days."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from dangol.customers.operations.history.kept import WITH_TRASH
from dangol.kit import tenancy
from dangol.kit.authorship import act_as
from dangol.kit.errors import OperationError
from dangol.kit.jobs import job
from dangol.workspaces.models import Member

DAYS_KEPT = 30

LOCK = "SELECT id FROM {table} WHERE workspace_id = %(workspace)s AND id = ANY(%(ids)s) ORDER BY id FOR UPDATE"

THROW = """
UPDATE {table} SET deleted_at = %(at)s, deleted_by_id = %(by)s, updated_at = %(at)s
WHERE workspace_id = %(workspace)s AND id = ANY(%(ids)s) AND deleted_at IS NULL
"""

FETCH = """
UPDATE {table} SET deleted_at = NULL, deleted_by_id = NULL, updated_at = %(at)s
WHERE workspace_id = %(workspace)s AND id = ANY(%(ids)s) AND deleted_at IS NOT NULL AND {unmerged}
"""


class UnableToRestore(OperationError):
    """What lies in the trash, or stood here once, cannot come back as it was."""


def move_to_trash(
    *,
    workspace_id: UUID,
    kind: str,
    ids: Sequence[UUID],
    member: Member | None,
    now: datetime,
    batch: UUID | None = None,
) -> int:
    """
    Take people, companies or records out of every list, segment, count and send. Return how many went.

    Who is in the trash already stays as it is. Nothing else is touched: everything comes back with them.

    :param kind: "person", "company" or "record"
    :param batch: groups what `undo_batch` brings back together
    """
    by = member.pk if member is not None else None
    with act_as(member_id=by, reason="trash", batch=batch):
        return _write(THROW, workspace_id, kind, ids, at=now, by=by)


def restore_from_trash(
    *,
    workspace_id: UUID,
    kind: str,
    ids: Sequence[UUID],
    member: Member | None,
    now: datetime,
    batch: UUID | None = None,
) -> int:
    """
    Bring people, companies or records back. Return how many came; who was merged comes by un-merging only.

    :param kind: "person", "company" or "record"
    """
    by = member.pk if member is not None else None
    with act_as(member_id=by, reason="restore", batch=batch):
        return _write(FETCH, workspace_id, kind, ids, at=now, by=by)


def _write(statement: str, workspace_id: UUID, kind: str, ids: Sequence[UUID], *, at: datetime, by: UUID | None) -> int:
    model = WITH_TRASH[kind]
    names = {field.column for field in model._meta.local_concrete_fields}
    parts = {
        "table": model._meta.db_table,
        "unmerged": "merged_into_id IS NULL" if "merged_into_id" in names else "true",
    }
    values = {"workspace": workspace_id, "ids": list(ids), "at": at, "by": by}
    with transaction.atomic(), tenancy.open_trash(), connection.cursor() as cursor:
        cursor.execute(LOCK.format(**parts), values)
        cursor.execute(statement.format(**parts), values)
        return int(cursor.rowcount)


@job()
def empty_trash(*, workspace_id: UUID) -> None:
    """Delete for good who has lain in the trash for thirty days."""
    _due = timezone.now() - timedelta(days=DAYS_KEPT)
