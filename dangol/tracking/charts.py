"""Counts over time as the marks of a drawing. The templates draw them; every drawing stands beside its numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 600
HEIGHT = 120
GAP = 0.2
"""The share of a bar's place that stays empty."""

Number = int | float


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, from its top to the ground, with what it says."""

    x: float
    y: float
    width: float
    height: float
    label: str
    value: Number


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars of one period, and the line of another over them where there is one."""

    bars: Sequence[Bar]
    line: str
    peak: Number
    width: int = WIDTH
    height: int = HEIGHT


def bar_chart(
    values: Sequence[Number], labels: Sequence[str], before: Sequence[Number] = (), *, height: int = HEIGHT
) -> Chart:
    """Return bars as high as their share of the greatest value of either period."""
    peak = max([*values, *before], default=0)
    place = WIDTH / max(len(values), 1)
    scale = height / peak if peak else 0
    bars = [
        Bar(
            x=round(number * place + place * GAP / 2, 2),
            y=round(height - value * scale, 2),
            width=round(place * (1 - GAP), 2),
            height=round(value * scale, 2),
            label=label,
            value=value,
        )
        for number, (value, label) in enumerate(zip(values, labels, strict=True))
    ]
    points = [(round((number + 0.5) * place, 2), round(height - one * scale, 2)) for number, one in enumerate(before)]
    return Chart(bars, " ".join(f"{x},{y}" for x, y in points), peak, height=height)
