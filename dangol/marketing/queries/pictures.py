"""The shapes of a report: one bar of outcomes, and how each difference lies around zero."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from dangol.marketing.queries.forecast import Forecast
from dangol.marketing.queries.report import Report
from dangol.marketing.queries.verdict import Comparison, Verdict

BAR_WIDTH = 1000
INTERVAL_WIDTH = 240
MARGIN = 8
"""Room at both ends of an interval's picture, so that a dot at the end stays whole."""


@dataclass(frozen=True)
class Share:
    """A part of the outcome bar, from `x`, `width` wide, in thousandths of the bar."""

    key: str
    label: str
    people: int
    share: float
    x: float
    width: float


@dataclass(frozen=True)
class AnswerLine:
    """People who reacted one way, and their share of those written to; None when nobody was."""

    label: str
    people: int
    share: float | None


@dataclass(frozen=True)
class Interval:
    """Where a difference, its interval and zero lie, in units of `INTERVAL_WIDTH`."""

    low_x: float
    high_x: float
    effect_x: float
    zero_x: float = INTERVAL_WIDTH / 2


@dataclass(frozen=True)
class VerdictCard:
    """One verdict ready to be drawn."""

    verdict: Verdict
    label: str
    tone: str
    value: Comparison
    returned: Comparison
    opted_out: Comparison
    interval: Interval | None


def report_shares(report: Report) -> list[Share]:
    """Return the outcomes that happened to somebody, in the order of the bar."""
    shares = _shares(
        ("sent", _("Sent"), report.sent),
        ("waiting", _("Waiting"), report.waiting),
        ("held", _("Held"), report.held),
        ("unknown", _("Unknown"), report.unknown),
        ("failed", _("Failed"), report.failed),
        ("left-alone", _("Left alone"), report.left_alone),
        ("refused", _("Not written to"), report.refused),
    )
    return [share for share in shares if share.people]


def forecast_shares(forecast: Forecast) -> list[Share]:
    """Return what would become of whom, in the order of the bar."""
    return _shares(
        ("sent", _("Get it now"), forecast.allowed),
        ("held", _("Held until it is time"), forecast.held),
        ("left-alone", _("Left alone to compare"), forecast.left_alone),
        ("refused", _("Not written to"), forecast.refused),
    )


def _shares(*parts: tuple[str, str, int]) -> list[Share]:
    total = sum(people for _key, _label, people in parts) or 1
    shares, x = [], 0.0
    for key, label, people in parts:
        width = BAR_WIDTH * people / total
        shares.append(Share(key, label, people, people / total, round(x, 1), round(width, 1)))
        x += width
    return shares


def answer_lines(report: Report) -> list[AnswerLine]:
    """Return what came back, what means most first."""
    answers = report.answers
    counted = (
        (_("Replied"), answers.replied),
        (_("Clicked"), answers.clicked),
        (_("Opened"), answers.opened),
        (_("Opted out"), answers.opted_out),
        (_("Complained"), answers.complained),
        (_("Bounced"), answers.bounced),
    )
    return [AnswerLine(label, people, people / report.sent if report.sent else None) for label, people in counted]


def verdict_cards(verdicts: Sequence[Verdict]) -> list[VerdictCard]:
    """Return the verdicts with their intervals on one common scale."""
    differences = [verdict.comparisons[0].difference for verdict in verdicts]
    reach = max((max(abs(found.low), abs(found.high)) for found in differences if found), default=0.0)
    return [_card(verdict, reach) for verdict in verdicts]


def headline(cards: Sequence[VerdictCard]) -> VerdictCard:
    """Return the verdict to read first: the longest that is final, else the soonest."""
    return next((card for card in reversed(cards) if card.verdict.is_final), cards[0])


def _card(verdict: Verdict, reach: float) -> VerdictCard:
    value, returned, opted_out = verdict.comparisons
    answer = "worse" if opted_out.answer == "worse" else value.answer
    label, tone = {
        "better": (_("It helped"), "good"),
        "worse": (_("It harmed"), "bad"),
        "cannot_tell": (_("Cannot tell yet"), "neutral"),
    }[answer]
    return VerdictCard(verdict, label, tone, value, returned, opted_out, _interval(value, reach))


def _interval(comparison: Comparison, reach: float) -> Interval | None:
    found = comparison.difference
    if found is None or not reach:
        return None
    low, high, effect = (
        round(INTERVAL_WIDTH / 2 + amount / reach * (INTERVAL_WIDTH / 2 - MARGIN), 1)
        for amount in (found.low, found.high, found.effect)
    )
    return Interval(low, high, effect)
