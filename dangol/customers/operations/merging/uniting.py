"""Merging one person (or company) into another."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol import facts
from dangol.customers.contracts import OnMerge
from dangol.customers.enums import PairState
from dangol.customers.models import Company, DuplicatePair, Merge, Person, Unmerge
from dangol.customers.operations.merging.consents import let_stricter_stand
from dangol.customers.operations.merging.fields import UnableToMerge, golden, read_row, write_row
from dangol.customers.operations.merging.kinds import COMPANIES, PEOPLE, Kind, at_work, ends_of, kind_of, publish
from dangol.customers.operations.merging.links import follow_links
from dangol.customers.operations.merging.rows import Pair, join_rows, note_written
from dangol.customers.queries.merge_fields import Row
from dangol.customers.queries.merging import standing_of
from dangol.kit.ids import uuid7
from dangol.kit.jobs import job
from dangol.workspaces.models import Member

LATECOMERS = timedelta(days=2)


@transaction.atomic
def merge_people(*, keep: Person, merge: Person, choices: Mapping[str, str], member: Member, now: datetime) -> Merge:
    """
    Make two people one: everything of `merge` becomes `keep`'s, in all rooms, and `merge` is out of sight.

    Consents that contradict each other: the stricter stands, by a line of its own in the ledger. Publishes
    PeopleMerged, after which the rooms compute anew what they derive.

    :param choices: field to "keep", "merge" or a value; what is not chosen stays the keeper's unless it is empty.
        Custom fields are named `fields.<key>`
    :raises UnableToMerge: for the same person twice, or one who is gone or merged already
    """
    both = standing_of(keep.workspace_id, [keep.pk, merge.pk])
    merged = _merge(PEOPLE, (keep.pk, merge.pk), choices, member=member, now=now)
    written = let_stricter_stand(workspace_id=keep.workspace_id, keep_id=keep.pk, both=both, by=member, now=now)
    note_written(_pair(merged), table="customers_consententry", column="person_id", ids=written)
    publish(facts.PeopleMerged, merged)
    return merged


@transaction.atomic
def merge_companies(
    *, keep: Company, merge: Company, choices: Mapping[str, str], member: Member, now: datetime
) -> Merge:
    """
    Make two companies one, with all who belong to them, and publish CompaniesMerged.

    :raises UnableToMerge: as `merge_people`
    """
    merged = _merge(COMPANIES, (keep.pk, merge.pk), choices, member=member, now=now)
    publish(facts.CompaniesMerged, merged)
    return merged


@job(queue="merging")
def gather_stragglers(*, workspace_id: UUID) -> None:
    """
    Bring over what reached merged people after the merge.

    The event pipeline may have looked a person up just before the merge and written just after. Idempotent.
    """
    since = timezone.now() - LATECOMERS
    undone = Unmerge.objects.filter(workspace_id=workspace_id).values("merge_id")
    recent = Merge.objects.filter(workspace_id=workspace_id, at__gte=since).exclude(pk__in=undone)
    for merge in recent.select_related("by").order_by("at", "id"):
        with at_work(member=merge.by, reason="merge", pair=ends_of(merge), batch=merge.batch):
            lasting = [table for table in kind_of(merge).tables() if table.on_merge is not OnMerge.RECOMPUTE]
            join_rows(_pair(merge), lasting)
            follow_links(_pair(merge), kind=kind_of(merge).name)


def _merge(kind: Kind, ends: tuple[UUID, UUID], choices: Mapping[str, str], *, member: Member, now: datetime) -> Merge:
    if ends[0] == ends[1]:
        raise UnableToMerge(_("These are the same already."))
    workspace_id, batch = member.workspace_id, uuid7()
    with at_work(member=member, reason="merge", pair=ends, batch=batch):
        rows = {row_id: read_row(kind.table, workspace_id, row_id, lock=True) for row_id in sorted(ends)}
        keep, other = (rows[row_id] for row_id in ends)
        if keep["deleted_at"] or other["deleted_at"]:
            raise UnableToMerge(_("One of the two is in the trash or was merged already. Look for duplicates again."))
        merge = Merge(
            workspace_id=workspace_id, choices=dict(choices), before=keep, merged_before=other, batch=batch, by=member,
            at=now, **{f"kept_{kind.name}_id": ends[0], f"merged_{kind.name}_id": ends[1]},
        )  # fmt: skip
        _write(merge, golden(keep, other, choices, fields=kind.fields))
        merge.after = read_row(kind.table, workspace_id, ends[0])
        merge.save(force_insert=True)
        merge.joined = join_rows(_pair(merge), kind.tables())
        follow_links(_pair(merge), kind=kind.name)
        merge.save(update_fields=["joined"])
    _decide(merge)
    return merge


def _write(merge: Merge, values: Row) -> None:
    """Hide the one and write the golden record of the other."""
    kind, keep, other = kind_of(merge), merge.before, merge.merged_before
    now = merge.at.isoformat()
    if kind is PEOPLE:
        values["first_seen_at"] = min(keep["first_seen_at"], other["first_seen_at"])
        values["last_seen_at"] = max(filter(None, (keep["last_seen_at"], other["last_seen_at"])), default=None)
        values["is_anonymous"] = keep["is_anonymous"] and other["is_anonymous"]
    given_up = {name: "" for name in kind.unique_fields if other[name] and values[name] == other[name]}
    hidden = {"deleted_at": now, "deleted_by_id": str(merge.by_id), "merged_into_id": keep["id"]}
    write_row(kind.table, merge.workspace_id, other["id"], given_up | hidden)
    changed = {name: value for name, value in values.items() if value != keep[name]}
    write_row(kind.table, merge.workspace_id, keep["id"], changed | ({"updated_at": now} if changed else {}))


def _decide(merge: Merge) -> None:
    """Close the pair, if it was found as one."""
    kind = kind_of(merge).name
    first, second = sorted(ends_of(merge))
    DuplicatePair.objects.filter(
        workspace_id=merge.workspace_id, **{f"{kind}_id": first, f"other_{kind}_id": second}
    ).update(state=PairState.MERGED, decided_by=merge.by, decided_at=merge.at)


def _pair(merge: Merge) -> Pair:
    keep_id, merged_id = ends_of(merge)
    return Pair(workspace_id=merge.workspace_id, merge_id=merge.pk, keep_id=keep_id, merged_id=merged_id)
