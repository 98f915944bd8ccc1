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

LOCK = "SELECT id FROM {table} WHERE workspace_id = %s AND id = ANY(%s) ORDER BY id FOR UPDATE"

THROW = """
UPDATE {table} SET deleted_at = %s, deleted_by_id = %s, updated_at = %s
WHERE workspace_id = %s AND id = ANY(%s) AND deleted_at IS NULL
"""

FETCH = """
UPDATE {table} SET deleted_at = NULL, deleted_by_id = NULL, updated_at = %s
WHERE workspace_id = %s AND id = ANY(%s) AND deleted_at IS NOT NULL AND merged_into_id IS NULL
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
    Take people or companies out of every list, segment, count and send. Return how many went.

    Who is in the trash already stays as it is. Nothing else is touched: everything comes back with them.

    :param kind: "person" or "company"
    :param batch: groups what `undo_batch` brings back together
    """
    by = member.pk if member is not None else None
    table = WITH_TRASH[kind]._meta.db_table
    with transaction.atomic(), act_as(member_id=by, reason="trash", batch=batch), tenancy.open_trash():
        with connection.cursor() as cursor:
            cursor.execute(LOCK.format(table=table), [workspace_id, list(ids)])
            cursor.execute(THROW.format(table=table), [now, by, now, workspace_id, list(ids)])
            return int(cursor.rowcount)


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
    Bring people or companies back. Return how many came; who was merged into another comes by un-merging only.

    :param kind: "person" or "company"
    """
    by = member.pk if member is not None else None
    table = WITH_TRASH[kind]._meta.db_table
    with transaction.atomic(), act_as(member_id=by, reason="restore", batch=batch), tenancy.open_trash():
        with connection.cursor() as cursor:
            cursor.execute(LOCK.format(table=table), [workspace_id, list(ids)])
            cursor.execute(FETCH.format(table=table), [now, workspace_id, list(ids)])
            return int(cursor.rowcount)


@job()
def empty_trash(*, workspace_id: UUID) -> None:
    """Delete for good who has lain in the trash for thirty days."""
    _due = timezone.now() - timedelta(days=DAYS_KEPT)
