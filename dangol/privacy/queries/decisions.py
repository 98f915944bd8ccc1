"""
Which automated decisions touched a person, and why, in their words.

PIPA 37-2 and GDPR 13–15 and 22 give people a right to have them explained. Everything told here is read from what the
rooms below keep of their decisions; nothing is computed for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dangol.customers.models import Person
from dangol.marketing.enums import Arm
from dangol.marketing.models import Recipient
from dangol.messaging.enums import Outcome
from dangol.messaging.models import PolicyDecision
from dangol.messaging.queries import explain_for_customer
from dangol.relations.models import Strength
from dangol.relations.queries import StrengthPart, strength_of, strength_parts, why_strength
from dangol.segments.models import SegmentMember
from dangol.segments.queries import sentences
from dangol.workspaces.models import Member

NEWEST = 50


@dataclass(frozen=True)
class Grouping:
    """One segment in which the person is, since when, and the sentence that they fit."""

    name: str
    since: datetime
    why: str


@dataclass(frozen=True)
class Withheld:
    """One message that was not sent, or later, and why."""

    decision: PolicyDecision
    why: Sequence[str]


@dataclass(frozen=True)
class AutomatedDecisions:
    """Everything that was decided about one person without anybody looking."""

    person: Person
    strength: Strength | None
    why_strength: str
    parts: Sequence[StrengthPart]
    groupings: Sequence[Grouping]
    withheld: Sequence[Withheld]
    left_alone: Sequence[Recipient]


def automated_decisions(person: Person, *, reader: Member, language: str) -> AutomatedDecisions:
    """
    Return the score, the segments, the newest messages held back and the campaigns without them.

    Four queries, and a few more for names that the segments' sentences tell.
    """
    strength = strength_of(person)
    return AutomatedDecisions(
        person=person,
        strength=strength,
        why_strength=why_strength(strength, language) if strength else "",
        parts=strength_parts(strength, language) if strength else [],
        groupings=_groupings(person, reader, language),
        withheld=_withheld(person.workspace_id, person.pk, language),
        left_alone=list(
            Recipient.objects.filter(workspace_id=person.workspace_id, person=person, arm=Arm.HOLDOUT)
            .select_related("campaign")
            .order_by("-started_at", "-id")[:NEWEST]
        ),
    )


def _groupings(person: Person, reader: Member, language: str) -> list[Grouping]:
    inside = SegmentMember.objects.filter(workspace_id=person.workspace_id, person=person).select_related("segment")
    members = list(inside.order_by("segment__name", "id"))
    told = sentences([one.segment for one in members], language, reader=reader)
    return [Grouping(one.segment.name, one.entered_at, told[one.segment_id]) for one in members]


def _withheld(workspace_id: UUID, person_id: UUID, language: str) -> list[Withheld]:
    decisions = PolicyDecision.objects.filter(workspace_id=workspace_id, person_id=person_id)
    newest = decisions.exclude(outcome=Outcome.ALLOW).order_by("-at", "-id")[:NEWEST]
    return [Withheld(one, explain_for_customer(one, language)) for one in newest]
