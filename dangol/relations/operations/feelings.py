"""Noting what a person felt. Every source has lines of its own, so an inference never overwrites what was said."""

from datetime import datetime

from django.utils.translation import gettext as _

from dangol.customers.models import Person
from dangol.kit.errors import OperationError
from dangol.relations.enums import FeelingSource
from dangol.relations.models import Feeling
from dangol.relations.operations.story import NewEntry, write_story
from dangol.workspaces.models import Member

VALENCES = range(-2, 3)
INTENSITIES = range(1, 4)


class UnableToNoteFeeling(OperationError):
    """The feeling is off the scale, or nothing says where it was felt."""


def note_feeling(
    *,
    person: Person,
    valence: int,
    source: FeelingSource,
    touchpoint: str,
    now: datetime,
    intensity: int = 1,
    evidence: str = "",
    by: Member | None = None,
) -> Feeling:
    """
    Note one feeling at one touchpoint, and tell of it.

    :param valence: from −2 (very upset) to +2 (delighted)
    :param evidence: the customer's words, or what was seen; inferred feelings need it too
    :raises UnableToNoteFeeling: if a number is off the scale, or the touchpoint or needed evidence is missing
    """
    if valence not in VALENCES or intensity not in INTENSITIES:
        raise UnableToNoteFeeling(_("Choose a feeling from very upset to delighted, and how strong it is from 1 to 3."))
    if not touchpoint.strip():
        raise UnableToNoteFeeling(_("Say where this was felt, for example at delivery."))
    if source == FeelingSource.INFERRED and not evidence.strip():
        raise UnableToNoteFeeling(_("An inferred feeling needs its evidence."))
    feeling = Feeling.objects.create(
        workspace_id=person.workspace_id,
        person=person,
        valence=valence,
        intensity=intensity,
        source=source,
        touchpoint=touchpoint.strip(),
        evidence=evidence.strip(),
        at=now,
        by=by,
    )
    _tell(feeling)
    return feeling


def _tell(feeling: Feeling) -> None:
    entry = NewEntry(
        person_id=feeling.person_id,
        kind="feeling",
        at=feeling.at,
        source_table="relations_feeling",
        source_id=feeling.pk,
        details={
            "valence": feeling.valence,
            "source": str(feeling.source),
            "touchpoint": feeling.touchpoint,
            "evidence": feeling.evidence,
        },
    )
    write_story(workspace_id=feeling.workspace_id, entries=[entry])
