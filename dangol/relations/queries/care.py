"""Open promises, open hurts, and how a person feels."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, QuerySet

from dangol.customers.models import Person
from dangol.kit.compiled import Compiled
from dangol.relations.enums import FeelingSource
from dangol.relations.models import Feeling, Hurt, HurtResolution, Promise, PromiseEnd

SAME_OCCASION = timedelta(days=7)
"""Feelings at one touchpoint within so many days speak of the same occasion."""
RECENT_FEELINGS: Compiled[Feeling] = Compiled(
    lambda **whose: Feeling.objects.filter(**whose).order_by("-at", "-id")[:20]
)
STRENGTH_OF_SOURCE = {FeelingSource.DECLARED: 3, FeelingSource.OBSERVED: 2, FeelingSource.INFERRED: 1}


def open_promises(person: Person) -> QuerySet[Promise]:
    """Promises to the person that have not ended, the most urgent first."""
    ended = PromiseEnd.objects.filter(workspace_id=OuterRef("workspace_id"), promise_id=OuterRef("pk"))
    promises = Promise.objects.filter(~Exists(ended), workspace_id=person.workspace_id, person=person)
    return promises.select_related("by__user").order_by("due_at", "id")


def open_hurts(person: Person) -> QuerySet[Hurt]:
    """What went wrong for the person and was not made good, the oldest first."""
    made = HurtResolution.objects.filter(workspace_id=OuterRef("workspace_id"), hurt_id=OuterRef("pk"))
    hurts = Hurt.objects.filter(~Exists(made), workspace_id=person.workspace_id, person=person)
    return hurts.select_related("by__user").order_by("opened_at", "id")


def promises_to(person: Person) -> QuerySet[Promise]:
    """Every promise to the person, also those that have ended."""
    return Promise.objects.filter(workspace_id=person.workspace_id, person=person)


def hurts_of(person: Person) -> QuerySet[Hurt]:
    """Everything that went wrong for the person, also what was made good."""
    return Hurt.objects.filter(workspace_id=person.workspace_id, person=person)


def latest_feeling(person: Person) -> Feeling | None:
    """
    How the person felt last, from the strongest source about that occasion.

    What was said wins over what staff saw, and that over what was inferred. None means that nobody knows.
    """
    recent = RECENT_FEELINGS(workspace_id=person.workspace_id, person_id=person.pk)
    if not recent:
        return None
    newest = recent[0]
    occasion = [one for one in recent if one.touchpoint == newest.touchpoint and newest.at - one.at <= SAME_OCCASION]
    return max(occasion, key=lambda one: (STRENGTH_OF_SOURCE[FeelingSource(one.source)], one.at))
