"""Changing many rows of a list at once: few of them at once, many as a job that can be left; all of it undone again."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.customers import operations as customers
from dangol.customers.operations import UnableToChange
from dangol.desk.enums import BulkAction, BulkState, Listed
from dangol.desk.models import BulkChange
from dangol.desk.permissions import may_change_rows
from dangol.desk.queries.lists import visible_rows
from dangol.kit import tenancy
from dangol.kit.authorship import act_as
from dangol.kit.errors import OperationError
from dangol.kit.jobs import job
from dangol.workspaces.contracts import Proposal
from dangol.workspaces.enums import Verb
from dangol.workspaces.models import Member
from dangol.workspaces.operations import clear, record_act
from dangol.workspaces.queries import rule_for

AT_ONCE = 1000
STEP = 2000
MOST = 200_000
DELETION = "deletion"
"""Under which name the rules for approval know the deletion of many rows."""


class UnableToChangeMany(OperationError):
    """These rows cannot be changed together."""


@transaction.atomic
def change_many(
    *, member: Member, listed: Listed, action: BulkAction, detail: dict[str, Any], ids: Sequence[UUID], now: datetime
) -> BulkChange:
    """
    Do one thing to many rows. Up to 1,000 rows are done when this returns; more are left to a job.

    Moving rows to the trash waits, where a rule says so, until others agreed.

    :param detail: {"field": …, "value": …} for a change, {"tag": …} for tags
    :raises UnableToChangeMany: for no row, more than 200,000, or one that the member's rights do not reach
    :raises UnableToChange: for a value that does not fit the field
    """
    if not ids:
        raise UnableToChangeMany(_("Choose at least one row."))
    if len(ids) > MOST:
        raise UnableToChangeMany(_("These are too many rows at once. Narrow the list down first."))
    member.acting = _verb(action)
    if visible_rows(listed, member).filter(pk__in=ids).count() < len(set(ids)):
        raise UnableToChangeMany(_("Some of these rows are gone, or not yours to change. Load the list again."))
    change = BulkChange.objects.create(
        workspace_id=member.workspace_id,
        listed=listed,
        action=action,
        detail=detail,
        ids=list(ids),
        size=len(ids),
        by=member,
    )
    if _may_have_to_wait(change) and clear(proposal=_deletion(change), by=member, now=now):
        change.state = BulkState.WAITING
        change.save(update_fields=["state"])
    else:
        _begin(change, member, now)
    return change


@transaction.atomic
def begin_approved(*, change: BulkChange, now: datetime) -> None:
    """Do what waited for approval, as the member who asked."""
    if change.state == BulkState.WAITING and clear(proposal=_deletion(change), by=change.by, now=now) is None:
        change.state = BulkState.RUNNING
        change.save(update_fields=["state"])
        _begin(change, change.by, now)


def _begin(change: BulkChange, member: Member, now: datetime) -> None:
    _step(change, member, now, size=AT_ONCE)
    if change.state == BulkState.RUNNING:
        run_bulk_change.defer(workspace_id=change.workspace_id, change_id=change.pk)
    told = {"change": str(change.pk), "listed": change.listed, "action": change.action, "rows": change.size}
    record_act(member=member, verb="RowsChanged", now=now, detail=told | change.detail)


def _may_have_to_wait(change: BulkChange) -> bool:
    """Whether a rule asks for others at all. Only then is it worth telling exactly which rows go."""
    return change.action == BulkAction.DELETE and rule_for(change.workspace_id, DELETION, change.size) is not None


def _deletion(change: BulkChange) -> Proposal:
    """What exactly goes: these rows and no others."""
    digest = sha256("".join(sorted(map(str, change.ids))).encode()).hexdigest()
    content = {"list": str(change.listed), "rows": change.size, "ids": digest}
    return Proposal(subject=DELETION, row_id=change.pk, content=content, amount=change.size)


@job(atomic=False)
def run_bulk_change(*, workspace_id: UUID, change_id: UUID) -> None:
    """Go on with a change of many rows, 2,000 a transaction. A run that is killed goes on where it was."""
    running = True
    while running:
        with tenancy.workspace(workspace_id):
            locked = BulkChange.objects.select_for_update(of=("self",)).select_related("by")
            change = locked.get(workspace_id=workspace_id, pk=change_id)
            if change.state == BulkState.RUNNING:
                _step(change, change.by, timezone.now(), size=STEP)
            running = change.state == BulkState.RUNNING


@transaction.atomic
def undo_bulk_change(*, change: BulkChange, member: Member, now: datetime) -> int:
    """
    Give every row back what it held before, unless somebody has changed it again since, and return how many of those
    there are so far. Up to 1,000 rows are done when this returns; more are left to a job.

    :raises UnableToChangeMany: while the change is still running, or when it was undone before
    """
    locked = BulkChange.objects.select_for_update(of=("self",)).get(workspace_id=change.workspace_id, pk=change.pk)
    if locked.state != BulkState.DONE:
        raise UnableToChangeMany(_("This cannot be undone now. Load the page again to see how far it is."))
    locked.state, locked.position = BulkState.UNDOING, 0
    _undo_step(locked, member, now, size=AT_ONCE)
    if locked.state == BulkState.UNDOING:
        run_undo.defer(workspace_id=locked.workspace_id, change_id=locked.pk, member_id=member.pk)
    return locked.left


@job(atomic=False)
def run_undo(*, workspace_id: UUID, change_id: UUID, member_id: UUID) -> None:
    """Go on with undoing, 2,000 rows a transaction, as long as who began it may change rows."""
    running = True
    while running:
        with tenancy.workspace(workspace_id):
            locked = BulkChange.objects.select_for_update(of=("self",)).get(workspace_id=workspace_id, pk=change_id)
            if locked.state == BulkState.UNDOING:
                member = Member.objects.get(workspace_id=workspace_id, pk=member_id)
                if not may_change_rows(member):
                    locked.state = BulkState.FAILED
                    locked.save(update_fields=["state"])
                    return
                _undo_step(locked, member, timezone.now(), size=STEP)
            running = locked.state == BulkState.UNDOING


def _undo_step(change: BulkChange, member: Member, now: datetime, *, size: int) -> None:
    """Give the next rows back what they held and move the position on, in the same transaction."""
    ids = change.ids[change.position : change.position + size]
    part = None if len(ids) == change.size else ids
    result = customers.undo_batch(workspace_id=change.workspace_id, batch=change.pk, member=member, now=now, about=part)
    change.left += len(result.left)
    change.position += len(ids)
    if change.position >= change.size:
        change.state = BulkState.UNDONE
    change.save(update_fields=["position", "left", "state"])


def _step(change: BulkChange, member: Member, now: datetime, *, size: int) -> None:
    """Change the next rows and move the position on, in the same transaction. The member's rights of now hold."""
    member.acting = _verb(change.action)
    ids = change.ids[change.position : change.position + size]
    seen = visible_rows(Listed(change.listed), member).filter(pk__in=ids).values_list("pk", flat=True)
    with act_as(member_id=member.pk, reason="bulk_change", batch=change.pk):
        change.changed += _act(change, member, list(seen), now)
    change.position += len(ids)
    if change.position >= change.size:
        change.state = BulkState.DONE
    change.save(update_fields=["position", "changed", "state"])


def _verb(action: str) -> Verb:
    return Verb.DELETE if action == BulkAction.DELETE else Verb.CHANGE


def _act(change: BulkChange, member: Member, ids: list[UUID], now: datetime) -> int:
    workspace_id, listed, detail = change.workspace_id, change.listed, change.detail
    match change.action:
        case BulkAction.CHANGE:
            return customers.change_field_of_many(
                workspace_id=workspace_id, listed=listed, ids=ids, field=detail["field"], value=detail["value"], now=now
            )
        case BulkAction.TAG:
            return customers.tag_many(member=member, listed=listed, ids=ids, name=detail["tag"], now=now)
        case BulkAction.UNTAG:
            return customers.untag_many(workspace_id=workspace_id, listed=listed, ids=ids, name=detail["tag"])
        case BulkAction.DELETE:
            return customers.move_to_trash(
                workspace_id=workspace_id, kind=KINDS[Listed(listed)], ids=ids, member=member, now=now, batch=change.pk
            )
    raise UnableToChange(_("Choose one of the options."))


KINDS = {Listed.PEOPLE: "person", Listed.COMPANIES: "company"}
