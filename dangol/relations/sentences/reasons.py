"""One sentence each for why a relationship is that strong, and why that much attention is used up."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dangol.relations.models import Strength
from dangol.relations.sentences import wording
from dangol.relations.sentences.contacts import CHANNELS

PARTS = {
    "rhythm": ("구매 리듬", "the buying rhythm"),
    "exchange": ("주고받은 대화", "two-way exchange"),
    "promises": ("지킨 약속", "kept promises"),
    "feelings": ("마음", "feelings"),
}
LEAST_WORTH_TELLING = 2.0
"""A part that could change the score by fewer points is not mentioned."""


@dataclass(frozen=True)
class AttentionUse:
    """
    What used up a person's attention lately.

    `contacts` counts those of the last 30 days per channel; `refunded` and `extra` are points of the answers to them.
    """

    load: float
    cap: float
    contacts: Mapping[str, int]
    refunded: float
    extra: float
    half_life_hours: float
    hours_until_room: float


def strength_reason(strength: Strength, language: str) -> str:
    """Say what made the number, what it lacks most, and where it goes."""
    best = _best(strength.parts)
    worst = _worst(strength.parts, best)
    korean = language == "ko"
    sentence = _points(strength, best, korean=korean)
    if worst:
        sentence += _lacks(strength, worst, korean=korean)
    return f"{sentence}{_trend(strength.trend, korean=korean)}."


def attention_reason(use: AttentionUse, language: str) -> str:
    """Say what was charged and given back, and when there is room again."""
    return _attention_korean(use) if language == "ko" else _attention_english(use)


def _best(parts: Mapping[str, Any]) -> str:
    return max(PARTS, key=lambda part: float(parts[part]["points"]))


def _worst(parts: Mapping[str, Any], best: str) -> str | None:
    others = [part for part in PARTS if part != best]
    lost = {part: float(parts[part]["of"]) - float(parts[part]["points"]) for part in others}
    worst = max(lost, key=lambda part: lost[part])
    return worst if lost[worst] >= LEAST_WORTH_TELLING else None


def _points(strength: Strength, part: str, *, korean: bool) -> str:
    points, possible = (round(float(strength.parts[part][name])) for name in ("points", "of"))
    if korean:
        return f"100점 가운데 {strength.score}점: {PARTS[part][0]}에서 {possible}점 중 {points}점"
    return f"{strength.score} of 100: {points} of {possible} points come from {PARTS[part][1]}"


def _lacks(strength: Strength, part: str, *, korean: bool) -> str:
    points, possible = (round(float(strength.parts[part][name])) for name in ("points", "of"))
    if korean:
        return f", 가장 아쉬운 것은 {PARTS[part][0]} ({possible}점 중 {points}점)"
    return f"; most is missing in {PARTS[part][1]} ({points} of {possible})"


def _trend(trend: int, *, korean: bool) -> str:
    if trend == 0:
        return ", 30일 전과 같음" if korean else ", as 30 days ago"
    if korean:
        return f", 30일 전보다 {abs(trend)}점 {'오름' if trend > 0 else '내림'}"
    return f", {abs(trend)} {'up' if trend > 0 else 'down'} in 30 days"


def _attention_korean(use: AttentionUse) -> str:
    if not use.contacts:
        return f"최근 30일 동안 연락하지 않았습니다. {_room_korean(use)}"
    made = ", ".join(f"{CHANNELS.get(channel, CHANNELS['email'])[0]} {n}번" for channel, n in use.contacts.items())
    back = f", 반가운 반응으로 {_said(-use.refunded)}점을 돌려받음" if use.refunded else ""
    extra = f", 달갑지 않은 반응으로 {_said(use.extra)}점이 더해짐" if use.extra else ""
    return f"최근 30일 연락: {made}{back}{extra}. {_room_korean(use)}"


def _attention_english(use: AttentionUse) -> str:
    if not use.contacts:
        return f"No contact in the last 30 days. {_room_english(use)}"
    made = ", ".join(f"{n} × {CHANNELS.get(channel, CHANNELS['email'])[1]}" for channel, n in use.contacts.items())
    back = f", {_points_said(-use.refunded)} given back by welcome answers" if use.refunded else ""
    extra = f", {_points_said(use.extra)} extra for unwelcome ones" if use.extra else ""
    return f"Contacts in the last 30 days: {made}{back}{extra}. {_room_english(use)}"


def _room_korean(use: AttentionUse) -> str:
    if use.hours_until_room > 0:
        return f"{wording.length(use.hours_until_room / 24, 'ko')} 뒤에 광고를 보낼 여유가 생깁니다."
    if not round(use.load, 1):
        return f"{use.cap:g}점이 모두 남아 있어 언제든 연락할 수 있습니다."
    return f"{use.cap:g}점 가운데 {_said(use.load)}점을 썼고, {_half_life(use, 'ko')}마다 절반으로 줄어듭니다."


def _room_english(use: AttentionUse) -> str:
    if use.hours_until_room > 0:
        return f"There is room for advertising again in {wording.length(use.hours_until_room / 24, 'en')}."
    if not round(use.load, 1):
        return f"All {use.cap:g} points are free."
    return f"{_said(use.load)} of {use.cap:g} points are used up; half is forgotten every {_half_life(use, 'en')}."


def _half_life(use: AttentionUse, language: str) -> str:
    return wording.length(use.half_life_hours / 24, language)


def _said(points: float) -> str:
    return f"{round(points, 1):g}"


def _points_said(points: float) -> str:
    return f"{_said(points)} {'point' if _said(points) == '1' else 'points'}"
