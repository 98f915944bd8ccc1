"""A trend as a drawing, as a table and as a file."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dangol.tracking.charts import Chart, bar_chart
from dangol.tracking.enums import Grain
from dangol.tracking.queries import Trend, TrendQuestion
from dangol.tracking.queries.trends import Line

PART_HEIGHT = 32


@dataclass(frozen=True, slots=True)
class PartRow:
    """One part of a trend: its name, its drawing, its number, its share and its change."""

    name: str
    chart: Chart
    line: Line
    share: Decimal | None


@dataclass(frozen=True)
class TrendPicture:
    """Everything that the page of a trend shows."""

    question: TrendQuestion
    answer: Trend

    @cached_property
    def labels(self) -> list[str]:
        return [step_label(step, self.question.grain) for step in self.answer.steps]

    @cached_property
    def chart(self) -> Chart:
        whole = self.answer.whole
        return bar_chart(_plain(whole.values), self.labels, _plain(whole.before[: len(whole.values)]))

    @cached_property
    def parts(self) -> list[PartRow]:
        total = self.answer.whole.total
        return [
            PartRow(
                part_name(line),
                bar_chart(_plain(line.values), self.labels, height=PART_HEIGHT),
                line,
                line.total / total if total else None,
            )
            for line in self.answer.parts
        ]

    @property
    def rows(self) -> list[tuple[str, Decimal, Decimal | None]]:
        """Each step with its value and that of the step in the same place of the period before."""
        whole = self.answer.whole
        before = [*whole.before, *[None] * len(whole.values)]
        return list(zip(self.labels, whole.values, before, strict=False))


def step_label(step: datetime, grain: Grain | str) -> str:
    """Name a step as short as it stays clear."""
    day = date_format(step, "MONTH_DAY_FORMAT")
    return f"{day} {step:%H:%M}" if grain == Grain.HOUR else day


def part_name(line: Line) -> str:
    """Name a part; everything else has no value of its own."""
    return pgettext("trend", "Everything else") if line.part is None else line.part


def trend_rows(question: TrendQuestion, answer: Trend) -> Iterator[list[str]]:
    """Yield the file: a head, then one row a step with the whole, the period before, and every part."""
    yield [_("Time"), question.name, _("Period before"), *(part_name(line) for line in answer.parts)]
    whole = answer.whole
    for number, step in enumerate(answer.steps):
        before = whole.before[number] if number < len(whole.before) else ""
        parts = [str(line.values[number]) for line in answer.parts]
        yield [step.isoformat(), str(whole.values[number]), str(before), *parts]


def _plain(values: list[Decimal]) -> list[float]:
    return [float(value) for value in values]
