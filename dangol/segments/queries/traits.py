"""Computed traits of one person, worked out when they are looked at."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from dangol.customers.models import Person
from dangol.kit.masking import masked_names, masked_within, masking
from dangol.segments.conditions.everyone import Everyone
from dangol.segments.conditions.traits import NUMBERS, TraitQuestion
from dangol.segments.contracts import Compiled, InvalidDefinition, JsonObject
from dangol.segments.models import ComputedTrait
from dangol.segments.queries.matching import compiler_for
from dangol.tracking.contracts import EventNames
from dangol.tracking.queries import event_names
from dangol.workspaces.models import Member


@dataclass(frozen=True)
class TraitValue:
    """A trait with its value of one person: a number, a text, a moment, or nothing."""

    trait: ComputedTrait
    value: Any

    @property
    def is_moment(self) -> bool:
        """Whether the value is a point in time."""
        return isinstance(self.value, datetime)

    @property
    def shown(self) -> str:
        """The value as people read it, when it is no point in time."""
        if isinstance(self.value, Decimal):
            return f"{self.value.normalize():,f}"
        return f"{self.value:,}" if isinstance(self.value, int) else str(self.value)


def traits_visible(member: Member) -> QuerySet[ComputedTrait]:
    """Every trait of the member's workspace, by name."""
    return ComputedTrait.objects.filter(workspace_id=member.workspace_id).order_by("name")


def traits_of(person: Person, *, now: datetime) -> list[TraitValue]:
    """Return every computed trait of the workspace with its value of a person, one query each."""
    traits = ComputedTrait.objects.filter(workspace_id=person.workspace_id).order_by("name")
    return [TraitValue(trait, _value(trait, person, now)) for trait in traits]


def trait_phrases(traits: Iterable[ComputedTrait]) -> list[tuple[ComputedTrait, str]]:
    """Say in one line what each trait asks; nothing when it can no longer be read."""
    events = event_names()
    return [(trait, _phrase(trait, events)) for trait in traits]


def _phrase(trait: ComputedTrait, events: EventNames) -> str:
    try:
        return TraitQuestion.read(JsonObject(trait.question)).phrase(events)
    except InvalidDefinition:
        return ""


def _value(trait: ComputedTrait, person: Person, now: datetime) -> Any:
    try:
        question = TraitQuestion.read(JsonObject(trait.question))
    except InvalidDefinition:
        return None
    compiler = compiler_for(Everyone(), person.workspace_id, now, among=[person.pk])
    with masking(()):  # whoever named the trait may read what it asks
        sql, values = Compiled(question.values(compiler), compiler.values).positional()
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found = cursor.fetchone()
    if found is None:
        return 0 if question.measure in NUMBERS else None
    return masked_within({question.property_name: found[1]}, masked_names())[question.property_name]
