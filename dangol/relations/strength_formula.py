"""
Relationship strength, version 1: the one published formula (`docs/relationship-strength.md`).

`score = 100 · Σ weight · value / Σ weight`. A value lies between 0 and 1. The weight of what we do not know is zero:
silence about feelings is missing, not neutral. Opens are not rewarded anywhere.
"""

from dataclasses import dataclass

import numpy as np

from dangol.relations.rhythm import BuyingRhythm, Numbers, Purchases

FORMULA = 1
RHYTHM, EXCHANGE, PROMISES, FEELINGS = 50.0, 25.0, 10.0, 15.0
"""The most that each part can weigh. Rhythm always weighs all of it; the others grow with what is known."""

TYPICAL_GAP_WEEKS = 8.0
"""The usual gap between purchases where too few have come back to fit a rhythm."""


@dataclass(frozen=True)
class Evidence:
    """
    What the formula reads, one entry per person, as of one moment.

    Answers, contacts and feelings count half after 90 days. `kept`, `late` and `overdue` count promises.
    """

    orders: Numbers
    purchases: Purchases
    answers: Numbers
    contacts: Numbers
    kept: Numbers
    late: Numbers
    overdue: Numbers
    feelings: Numbers
    valence: Numbers
    open_hurts: Numbers


@dataclass(frozen=True)
class Strengths:
    """The scores, and the points that each part gave and could have given, one entry per person."""

    score: Numbers
    points: dict[str, Numbers]
    possible: dict[str, Numbers]
    alive: Numbers
    gap_weeks: Numbers
    late_by_gaps: Numbers


def strengths(evidence: Evidence, rhythm: BuyingRhythm | None) -> Strengths:
    """Apply the formula. Without a fitted rhythm nobody is held to be gone; freshness alone speaks."""
    gaps = usual_gaps(evidence.purchases, rhythm)
    waited = (evidence.purchases.age - evidence.purchases.recency) / gaps
    alive = np.ones_like(gaps) if rhythm is None else rhythm.alive(evidence.purchases)
    values = {
        "rhythm": _vital(evidence.orders, alive, waited),
        "exchange": _two_way(evidence.answers, evidence.contacts),
        "promises": _share(evidence.kept + 0.3 * evidence.late, _promises(evidence)),
        "feelings": (_share(evidence.valence, evidence.feelings) + 2) / 4,
    }
    exchanged = evidence.answers + evidence.contacts
    weights = {
        "rhythm": np.full_like(gaps, RHYTHM),
        "exchange": EXCHANGE * exchanged / (exchanged + 3),
        "promises": PROMISES * _promises(evidence) / (_promises(evidence) + 1),
        "feelings": FEELINGS * evidence.feelings / (evidence.feelings + 1),
    }
    total = np.sum(list(weights.values()), axis=0)
    possible = {part: 100 * weight / total for part, weight in weights.items()}
    points = {part: possible[part] * values[part] for part in possible}
    return Strengths(np.rint(np.sum(list(points.values()), axis=0)), points, possible, alive, gaps, waited)


def usual_gaps(purchases: Purchases, rhythm: BuyingRhythm | None) -> Numbers:
    """
    Return each person's usual gap between purchases in weeks: the own one, at least a week.

    Who bought once gets the shop's: the inverse of the mean rate of its fitted rhythm, within a week and a year.
    """
    shops = TYPICAL_GAP_WEEKS if rhythm is None else float(np.clip(rhythm.alpha / rhythm.r, 1, 52))
    own = np.maximum(purchases.recency / np.maximum(purchases.repeats, 1), 1.0)
    return np.where(purchases.repeats > 0, own, shops)


def _vital(orders: Numbers, alive: Numbers, waited: Numbers) -> Numbers:
    """Depth × probability of being a regular × freshness: it halves with every four usual gaps beyond the first."""
    depth = 1 - np.exp2(-orders / 2)
    return np.asarray(depth * alive * np.exp2(-np.maximum(waited - 1, 0) / 4))


def _two_way(answers: Numbers, contacts: Numbers) -> Numbers:
    """The more answers the better, and the less we talk without one."""
    return np.asarray((1 - np.exp2(-answers / 2)) * (answers + 1) / (np.maximum(answers, contacts) + 1))


def _promises(evidence: Evidence) -> Numbers:
    return evidence.kept + evidence.late + evidence.overdue


def _share(part: Numbers, whole: Numbers) -> Numbers:
    return np.divide(part, whole, out=np.zeros_like(part, dtype=np.float64), where=whole > 0)
