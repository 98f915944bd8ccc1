"""The published purchase histories of CDNOW, as the papers read them: one purchase a day at most, times in weeks."""

import gzip
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from dangol.relations.rhythm import Numbers, Purchases

SAMPLE = Path(__file__).parents[2] / "dangol/config/demo_data/cdnow/CDNOW_sample.txt.gz"
CALIBRATED_UNTIL = date(1997, 9, 30)


@dataclass(frozen=True)
class Cdnow:
    """2,357 customers: 39 weeks to fit, 39 to compare with."""

    purchases: Purchases
    mean_amount: Numbers
    later: Numbers


def read_sample() -> Cdnow:
    spent: dict[str, dict[date, float]] = defaultdict(lambda: defaultdict(float))
    with gzip.open(SAMPLE, "rt") as lines:
        for line in lines:
            _master, customer, day, _discs, dollars = line.split()
            spent[customer][date.fromisoformat(day)] += float(dollars)
    rows = [_row(days) for _customer, days in sorted(spent.items())]
    repeats, recency, age, mean_amount, later = np.array(rows).T
    return Cdnow(Purchases(repeats, recency, age), mean_amount, later)


def _row(days: dict[date, float]) -> tuple[float, ...]:
    known = sorted(day for day in days if day <= CALIBRATED_UNTIL)
    first, repeats = known[0], known[1:]
    mean = sum(days[day] for day in repeats) / len(repeats) if repeats else 0.0
    age = (CALIBRATED_UNTIL - first).days / 7
    return len(repeats), (known[-1] - first).days / 7, age, mean, len(days) - len(known)
