"""Why a number about a relationship is what it is, in one sentence."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log2
from typing import Any

from django.db.models import Count, Sum

from dangol.customers.models import Person
from dangol.kit.compiled import Compiled
from dangol.relations.attention_costs import CHANNEL_POINTS
from dangol.relations.enums import ChargeKind
from dangol.relations.models import AttentionCharge, Strength
from dangol.relations.queries.standing import attention_loads
from dangol.relations.sentences.reasons import PARTS, AttentionUse, attention_reason, strength_reason

LOOK_BACK = timedelta(days=30)
CHARGES: Compiled[dict[str, Any]] = Compiled(
    lambda **whose: (
        AttentionCharge.objects.filter(**whose)
        .values("kind", "channel")
        .annotate(number=Count("id"), points=Sum("points"))
        .order_by("kind", "channel")
    )
)


def why_strength(strength: Strength, language: str) -> str:
    """What made the number, what it lacks most, and where it goes."""
    return strength_reason(strength, language)


@dataclass(frozen=True)
class StrengthPart:
    """What one part of the formula gave, and what it could have given."""

    name: str
    points: float
    possible: float


def strength_parts(strength: Strength, language: str) -> list[StrengthPart]:
    """The parts of the number in the order of the formula; what nobody knows anything about is left out."""
    korean = language == "ko"
    parts = [
        StrengthPart(PARTS[part][0 if korean else 1], float(numbers["points"]), float(numbers["of"]))
        for part, numbers in ((part, strength.parts[part]) for part in PARTS)
    ]
    return [part for part in parts if part.possible > 0]


def attention_of(person: Person, *, now: datetime, cap: float, half_life_hours: float) -> AttentionUse:
    """
    How much of the person's attention is used up, and by what.

    :param cap: points that marketing may use at the most, after the reserve for service
    """
    load = attention_loads(person_ids=[person.pk], now=now, half_life_hours=half_life_hours)[person.pk]
    rows = CHARGES(workspace_id=person.workspace_id, person_id=person.pk, at__gt=now - LOOK_BACK)
    full = load + CHANNEL_POINTS["email"] - cap
    room = max(cap - CHANNEL_POINTS["email"], 0.01)
    return AttentionUse(
        load=load,
        cap=cap,
        contacts={row["channel"]: row["number"] for row in rows if row["kind"] == ChargeKind.CONTACT},
        refunded=sum(row["points"] for row in rows if row["kind"] == ChargeKind.WELCOME),
        extra=sum(row["points"] for row in rows if row["kind"] == ChargeKind.UNWELCOME),
        half_life_hours=half_life_hours,
        hours_until_room=half_life_hours * log2(load / room) if full > 0 else 0.0,
    )


def why_attention(use: AttentionUse, language: str) -> str:
    """What was charged and given back, and when there is room again."""
    return attention_reason(use, language)
