"""Taking a merge back: both are again what they were."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from dangol import facts
from dangol.customers.enums import PairState
from dangol.customers.models import DuplicatePair, Merge, MergedRow, Unmerge
from dangol.customers.operations.merging.consents import stand_anew, withdraw_for_both
from dangol.customers.operations.merging.fields import read_row, write_row
from dangol.customers.operations.merging.kinds import PEOPLE, Kind, at_work, ends_of, kind_of, publish
from dangol.customers.operations.merging.links import lead_back
from dangol.customers.operations.merging.rows import Pair, part_rows
from dangol.customers.queries.merge_fields import CUSTOM, Row
from dangol.kit.errors import OperationError
from dangol.workspaces.models import Member

LEDGER = "customers_consententry"
HIDING = ("deleted_at", "deleted_by_id", "merged_into_id")


class UnableToUnmerge(OperationError):
    """The merge cannot be taken back now."""


@transaction.atomic
def unmerge(*, merge: Merge, member: Member, now: datetime) -> Unmerge:
    """
    Give both back what was theirs, in all rooms, exactly.

    What arrived since the merge stays with the one who was kept; so do fields that somebody changed since, which the
    result names in `left`. A withdrawal of consent since then holds for both. Publishes PeopleUnmerged or
    CompaniesUnmerged, after which the rooms compute anew what they derive.

    :raises UnableToUnmerge: if it was taken back already, or the one who was kept was merged into another since
    """
    kind, (keep_id, merged_id) = kind_of(merge), ends_of(merge)
    with at_work(member=member, reason="unmerge", pair=(keep_id, merged_id)):
        ids = sorted((keep_id, merged_id))
        rows = {row_id: read_row(kind.table, merge.workspace_id, row_id, lock=True) for row_id in ids}
        _check(merge, rows[keep_id])
        _part(merge, kind, member)
        left = _restore(merge, kind, rows[keep_id])
        undone = Unmerge.objects.create(workspace_id=merge.workspace_id, merge=merge, by=member, at=now, left=left)
    _remember_different(merge, kind, member, now)
    publish(facts.PeopleUnmerged if kind is PEOPLE else facts.CompaniesUnmerged, merge)
    return undone


def _check(merge: Merge, keep: Row) -> None:
    if Unmerge.objects.filter(workspace_id=merge.workspace_id, merge=merge).exists():
        raise UnableToUnmerge(_("This merge was taken back already."))
    if keep["merged_into_id"]:
        raise UnableToUnmerge(_("The one who was kept was merged into another since. Take that merge back first."))


def _part(merge: Merge, kind: Kind, member: Member) -> None:
    keep_id, merged_id = ends_of(merge)
    pair = Pair(workspace_id=merge.workspace_id, merge_id=merge.pk, keep_id=keep_id, merged_id=merged_id)
    written = _written(merge)
    if kind is PEOPLE:
        _forget(merge.workspace_id, [keep_id, merged_id], written)
    lead_back(pair)
    part_rows(pair, kind.tables())
    if kind is PEOPLE:
        stand_anew(workspace_id=merge.workspace_id, person_ids=[keep_id], since=merge.pk)
        withdraw_for_both(
            workspace_id=merge.workspace_id, keep_id=keep_id, merged_id=merged_id, since=merge.pk, written=written,
            by=member,
        )  # fmt: skip


def _written(merge: Merge) -> list[UUID]:
    noted = MergedRow.objects.filter(workspace_id=merge.workspace_id, merge=merge, table_name=LEDGER, part="written")
    return [row_id for row_id in noted.values_list("row_id", flat=True) if row_id]


def _forget(workspace_id: UUID, person_ids: Sequence[UUID], written: Sequence[UUID]) -> None:
    """Take the merge's own lines out of the ledger; the merge keeps note of them. What stands is put back later."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM customers_consent WHERE workspace_id = %s AND person_id = ANY(%s)",
            [workspace_id, list(person_ids)],
        )
        cursor.execute(
            "DELETE FROM customers_consententry WHERE workspace_id = %s AND id = ANY(%s)",
            [workspace_id, list(written)],
        )


def _restore(merge: Merge, kind: Kind, now_kept: Row) -> list[str]:
    """Write both rows as they were; return the fields of the keeper that were changed since and stay."""
    before, after = merge.before, merge.after
    changed = [name for name in before if name != "fields" and before[name] != after.get(name)]
    same = [name for name in changed if now_kept[name] == after[name]]
    values = {name: before[name] for name in same}
    left = [name for name in changed if name not in same and name in kind.fields]
    own = dict(now_kept["fields"])
    for key in sorted({*before["fields"], *after["fields"]}):
        if before["fields"].get(key) == after["fields"].get(key):
            continue
        if own.get(key) != after["fields"].get(key):
            left.append(CUSTOM + key)
        elif key in before["fields"]:
            own[key] = before["fields"][key]
        else:
            own.pop(key, None)
    write_row(kind.table, merge.workspace_id, before["id"], values | {"fields": own})
    hidden = merge.merged_before
    write_row(
        kind.table, merge.workspace_id, hidden["id"], {name: hidden[name] for name in (*HIDING, *kind.unique_fields)}
    )
    return left


def _remember_different(merge: Merge, kind: Kind, member: Member, now: datetime) -> None:
    """Who parts two says that they are not the same."""
    first, second = sorted(ends_of(merge))
    DuplicatePair.objects.filter(
        workspace_id=merge.workspace_id, **{f"{kind.name}_id": first, f"other_{kind.name}_id": second}
    ).update(state=PairState.DIFFERENT, decided_by=member, decided_at=now)
