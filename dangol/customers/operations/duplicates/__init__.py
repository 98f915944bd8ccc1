"""Finding those who may be the same, and what members decide about them. Nobody is ever merged without a member."""

from datetime import datetime

from django.utils.translation import gettext as _

from dangol.customers.enums import PairState
from dangol.customers.models import DuplicatePair
from dangol.customers.operations.duplicates.continuous import compare_changed_companies, compare_changed_people
from dangol.customers.operations.duplicates.scanning import scan_for_duplicates, start_duplicate_scan
from dangol.customers.operations.duplicates.suggesting import suggest_pairs
from dangol.kit.errors import OperationError
from dangol.workspaces.models import Member


class UnableToDecide(OperationError):
    """The pair was decided already."""


def tell_apart(*, pair: DuplicatePair, member: Member, now: datetime) -> None:
    """
    Remember for ever that two are not the same: no scan opens the pair again.

    :raises UnableToDecide: if the two were merged meanwhile
    """
    changed = DuplicatePair.objects.filter(workspace_id=pair.workspace_id, pk=pair.pk, state=PairState.OPEN).update(
        state=PairState.DIFFERENT, decided_by=member, decided_at=now
    )
    if not changed:
        raise UnableToDecide(_("Somebody decided about these two meanwhile."))


def forget_decision(*, pair: DuplicatePair) -> None:
    """Take “not the same” back: the pair is to be decided again."""
    DuplicatePair.objects.filter(workspace_id=pair.workspace_id, pk=pair.pk, state=PairState.DIFFERENT).update(
        state=PairState.OPEN, decided_by=None, decided_at=None
    )


__all__ = [
    "UnableToDecide",
    "compare_changed_companies",
    "compare_changed_people",
    "forget_decision",
    "scan_for_duplicates",
    "start_duplicate_scan",
    "suggest_pairs",
    "tell_apart",
]
