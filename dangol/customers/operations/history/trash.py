"""The trash: out of every list at once, for good after thirty days."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol import facts
from dangol.customers.history_words import DAYS_KEPT
from dangol.customers.models import Company, CustomRecord, Person
from dangol.customers.operations.announcing import announce
from dangol.customers.operations.history.kept import WITH_TRASH
from dangol.customers.operations.rights import ERASED, erase_people
from dangol.kit import tenancy
from dangol.kit.authorship import act_as, erasing
from dangol.kit.errors import OperationError
from dangol.kit.jobs import job
from dangol.workspaces.contracts import Proposal
from dangol.workspaces.models import Approval, Member
from dangol.workspaces.operations import clear, record_act

CHUNK = 2000
ENDING = "deletion_for_good"
"""Under which name the rules for approval know what a member deletes for good before its time."""

LOCK = "SELECT id FROM {table} WHERE workspace_id = %(workspace)s AND id = ANY(%(ids)s) ORDER BY id FOR UPDATE"

THROW = """
UPDATE {table} SET deleted_at = %(at)s, deleted_by_id = %(by)s, updated_at = %(at)s
WHERE workspace_id = %(workspace)s AND id = ANY(%(ids)s) AND deleted_at IS NULL
RETURNING id
"""

FETCH = """
UPDATE {table} SET deleted_at = NULL, deleted_by_id = NULL, updated_at = %(at)s
WHERE workspace_id = %(workspace)s AND id = ANY(%(ids)s) AND deleted_at IS NOT NULL AND {unmerged}
RETURNING id
"""


WITH_MERGED = """
WITH RECURSIVE all_of_them (id) AS (
    SELECT unnest(%(ids)s) UNION
    SELECT t.id FROM {table} t JOIN all_of_them a ON t.merged_into_id = a.id WHERE t.workspace_id = %(workspace)s
) SELECT id FROM all_of_them
"""

FORGET = "DELETE FROM customers_change WHERE workspace_id = %(workspace)s AND about_id = ANY(%(ids)s)"
ERASE = "DELETE FROM {table} WHERE workspace_id = %(workspace)s AND id = ANY(%(ids)s)"


class UnableToEnd(OperationError):
    """Nobody of this name lies in the trash any more."""


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
        gone = _write(THROW, workspace_id, kind, ids, at=now, by=by)
        if kind == "person":
            announce(facts.PeopleTrashed, workspace_id=workspace_id, person_ids=gone)
    return len(gone)


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
        back = _write(FETCH, workspace_id, kind, ids, at=now, by=by)
        if kind == "person":
            announce(facts.PeopleRestored, workspace_id=workspace_id, person_ids=back)
    return len(back)


def _write(
    statement: str, workspace_id: UUID, kind: str, ids: Sequence[UUID], *, at: datetime, by: UUID | None
) -> list[UUID]:
    model = WITH_TRASH[kind]
    names = {field.column for field in model._meta.local_concrete_fields}
    parts = {
        "table": model._meta.db_table,
        "unmerged": "merged_into_id IS NULL" if "merged_into_id" in names else "true",
    }
    values: dict[str, Any] = {"workspace": workspace_id, "ids": list(ids), "at": at, "by": by}
    with transaction.atomic(), tenancy.open_trash(), connection.cursor() as cursor:
        cursor.execute(LOCK.format(**parts), values)
        cursor.execute(statement.format(**parts), values)
        return [row_id for (row_id,) in cursor.fetchall()]


@job()
def empty_trash(*, workspace_id: UUID) -> None:
    """Delete for good who has lain in the trash for thirty days, a few thousand at a time; the rest comes next time."""
    due = timezone.now() - timedelta(days=DAYS_KEPT)
    for kind, model in WITH_TRASH.items():
        with tenancy.open_trash():
            lying = model.objects.filter(workspace_id=workspace_id, deleted_at__lte=due).exclude(origin=ERASED)
            if "merged_into_id" in _columns(model):
                lying = lying.filter(merged_into__isnull=True)  # type: ignore[misc] # not for records
            ids = list(lying.order_by("deleted_at").values_list("pk", flat=True)[:CHUNK])
        delete_for_good(workspace_id=workspace_id, kind=kind, ids=ids, member=None, now=timezone.now())


@transaction.atomic
def end_trashed(*, kind: str, row: Person | Company | CustomRecord, member: Member, now: datetime) -> Approval | None:
    """
    Delete one who lies in the trash for good before the thirty days are over. None: they are gone.

    Where a rule says so it waits until others agreed: then the question for them is returned.

    :raises UnableToEnd: if they were brought back or are gone
    :raises UnableToAsk: if too few colleagues could approve it
    """
    with tenancy.open_trash():
        lying = WITH_TRASH[kind].objects.filter(workspace_id=member.workspace_id, deleted_at__isnull=False)
        found = lying.select_for_update(of=("self",)).filter(pk=row.pk).first()
    if found is None:
        raise UnableToEnd(_("This does not lie in the trash any more."))
    if question := clear(proposal=_ending(kind, found), by=member, now=now):
        return question
    delete_for_good(workspace_id=member.workspace_id, kind=kind, ids=[row.pk], member=member, now=now)
    record_act(member=member, verb="delete_for_good", detail={"kind": kind, "row": str(row.pk)}, now=now)
    return None


def _ending(kind: str, row: Person | Company | CustomRecord) -> Proposal:
    """Who goes, by id alone: questions stay. Brought back and thrown away again it is another question."""
    content = {"kind": kind, "row": str(row.pk), "deleted_at": row.deleted_at and row.deleted_at.isoformat()}
    return Proposal(subject=ENDING, row_id=row.pk, content=content, amount=1)


def delete_for_good(*, workspace_id: UUID, kind: str, ids: Sequence[UUID], member: Member | None, now: datetime) -> int:
    """
    Erase who lies in the trash, with everything that hangs on them and their history. Return how many went.

    Who is not in the trash stays. Those who were merged into them go too. Of a person, what a law demands is kept,
    without a name; see `erase_people`.
    """
    with transaction.atomic(), tenancy.open_trash():
        lying = WITH_TRASH[kind].objects.filter(workspace_id=workspace_id, pk__in=ids, deleted_at__isnull=False)
        lying = lying.exclude(origin=ERASED)
        found = list(lying.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
        if found and kind == "person":
            erase_people(workspace_id=workspace_id, ids=found, member=member, now=now)
        elif found:
            _erase_rows(workspace_id, kind, found)
    return len(found)


def _erase_rows(workspace_id: UUID, kind: str, ids: Sequence[UUID]) -> None:
    model = WITH_TRASH[kind]
    with erasing(), connection.cursor() as cursor:
        values: dict[str, Any] = {"workspace": workspace_id, "ids": list(ids)}
        merged = model._meta.db_table if "merged_into_id" in _columns(model) else None
        if merged is not None:
            cursor.execute(WITH_MERGED.format(table=merged), values)
            values["ids"] = [row_id for (row_id,) in cursor.fetchall()]
        cursor.execute(FORGET, values)
        cursor.execute(ERASE.format(table=model._meta.db_table), values)


def _columns(model: type[models.Model]) -> set[str]:
    return {str(field.column) for field in model._meta.local_concrete_fields}
