"""Writing down who has to do with whom, since when, and when it ended."""

from datetime import date, datetime

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.customers.enums import RelationKind
from dangol.customers.models import Relation
from dangol.customers.operations.resident_numbers import holds_resident_number
from dangol.customers.queries.ties import ALLOWED, SYMMETRIC, End, kind_of_end
from dangol.customers.queries.trust import BY_HAND
from dangol.kit.errors import OperationError
from dangol.workspaces.models import Member

IS_ABOVE = """
WITH RECURSIVE above(id) AS (
    SELECT %(target)s::uuid
    UNION
    SELECT r.target_company_id FROM customers_relation r JOIN above a ON r.source_company_id = a.id
    WHERE r.workspace_id = %(workspace)s AND r.kind = 'part_of' AND r.until IS NULL
)
SELECT EXISTS (SELECT FROM above WHERE id = %(source)s)
"""


class UnableToRelate(OperationError):
    """The relation cannot be so. `field` names what to mend: way, other, since, until or note."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


@transaction.atomic
def relate(
    *,
    member: Member,
    source: End,
    target: End,
    kind: RelationKind,
    now: datetime,
    title: str = "",
    since: date | None = None,
    until: date | None = None,
    note: str = "",
) -> Relation:
    """
    Write down that `source` has to do with `target`.

    :param since: None if nobody knows
    :param until: the last day of a relation that is over, at the latest today
    :raises UnableToRelate: if these two cannot have to do with each other in this way, or do already
    """
    _check_pair(source, target, kind)
    _check_days(since, until, now)
    if holds_resident_number(f"{title} {note}"):
        raise UnableToRelate(_("A resident registration number must not be kept. Leave it out."), "note")
    relation = Relation(
        workspace_id=member.workspace_id, kind=kind, title=_clean(title, 100), since=since, until=until,
        note=_clean(note, 500), origin=BY_HAND, by=member,
    )  # fmt: skip
    setattr(relation, f"source_{kind_of_end(source)}", source)
    setattr(relation, f"target_{kind_of_end(target)}", target)
    if until is None and kind in SYMMETRIC and _holds(target, source, kind):
        raise _known_already()
    try:
        with transaction.atomic():
            relation.save(force_insert=True)
    except IntegrityError as broken:
        if "relation_holds_once" not in str(broken):
            raise
        raise _known_already() from None
    return relation


@transaction.atomic
def end_relation(*, relation: Relation, until: date, now: datetime) -> Relation:
    """
    Write down the last day of a relation that held until now.

    :raises UnableToRelate: for a day before it began or after today, or if it has ended already
    """
    locked = Relation.objects.select_for_update(of=("self",)).get(workspace_id=relation.workspace_id, pk=relation.pk)
    if locked.until is not None:
        raise UnableToRelate(_("This has ended already."), "until")
    _check_days(locked.since, until, now)
    locked.until = until
    locked.save(update_fields=["until"])
    return locked


@transaction.atomic
def remove_relation(*, relation: Relation) -> None:
    """Delete a relation that was never true. The history keeps it; one that is over is ended instead."""
    Relation.objects.filter(workspace_id=relation.workspace_id, pk=relation.pk).delete()


def _check_pair(source: End, target: End, kind: RelationKind) -> None:
    if source.pk == target.pk:
        raise UnableToRelate(_("Nobody has a relation with themselves. Choose somebody else."), "other")
    if (kind_of_end(source), kind_of_end(target)) not in ALLOWED[kind]:
        raise UnableToRelate(
            _("These two cannot have to do with each other in this way. Choose another way, or somebody else."), "way"
        )
    if kind == RelationKind.PART_OF and _is_above(source, target):
        raise UnableToRelate(_("The other company is part of this one already, so it cannot be above it."), "other")


def _check_days(since: date | None, until: date | None, now: datetime) -> None:
    if until is not None and until > timezone.localdate(now):
        raise UnableToRelate(_("This day has not come yet. Write the end down when it is over."), "until")
    if since is not None and until is not None and until < since:
        raise UnableToRelate(_("The end lies before the beginning."), "until")


def _holds(source: End, target: End, kind: RelationKind) -> bool:
    ends = {f"source_{kind_of_end(source)}": source, f"target_{kind_of_end(target)}": target}
    return Relation.objects.filter(workspace_id=source.workspace_id, kind=kind, until__isnull=True, **ends).exists()


def _is_above(source: End, target: End) -> bool:
    """Whether the source stands above the target already."""
    with connection.cursor() as cursor:
        cursor.execute(IS_ABOVE, {"workspace": source.workspace_id, "source": source.pk, "target": target.pk})
        (found,) = cursor.fetchone()
    return bool(found)


def _known_already() -> UnableToRelate:
    return UnableToRelate(_("This is known already. End it first if it begins anew."), "other")


def _clean(text: str, limit: int) -> str:
    return text.replace("\x00", "").strip()[:limit]
