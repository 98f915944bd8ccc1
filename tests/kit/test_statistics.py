"""Intervals that hold under peeking, checked by simulation and against published sample sizes."""

import math

import numpy as np
import pytest

from dangol.kit.statistics import Group, difference, people_needed


def group(values: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> Group:
    """Everybody is a cluster of one."""
    n = len(values)
    squares = float((values**2).sum())
    return Group(n, n, float(values.sum()), float(n), squares, float(values.sum()))


def test_mean_and_variance_equal_the_textbook_for_clusters_of_one() -> None:
    values = np.array([1.0, 0.0, 0.0, 1.0, 1.0])
    measured = group(values)
    assert measured.mean == pytest.approx(0.6)
    assert measured.variance_of_mean == pytest.approx(values.var(ddof=1) / 5)


def test_two_people_of_one_cluster_count_as_one_observation() -> None:
    apart = group(np.array([1.0, 1.0, 0.0, 0.0]))
    together = Group(clusters=2, people=4, total=2.0, size_squares=8.0, total_squares=4.0, products=4.0)
    assert together.mean == apart.mean
    assert together.variance_of_mean > apart.variance_of_mean


def test_nothing_is_said_about_groups_that_are_too_small_or_do_not_vary() -> None:
    one = group(np.array([1.0]))
    zeros = group(np.zeros(500))
    assert difference(one, group(np.array([1.0, 0.0]))) is None
    assert difference(zeros, zeros) is None
    assert math.isnan(Group(0, 0, 0.0, 0.0, 0.0, 0.0).mean)


def test_an_empty_campaign_stays_uncertain_under_a_hundred_looks() -> None:
    """A/A: a plain 5 % test would cry wolf in 38 % of these runs; the sequence may do so in at most 5 %."""
    random = np.random.default_rng(20261122)
    runs, alarms = 300, 0
    for _ in range(runs):
        treated, control = random.random(20_000) < 0.05, random.random(20_000) < 0.05
        looks = (
            difference(group(treated[:n].astype(float)), group(control[:n].astype(float)))
            for n in range(200, 20_001, 200)
        )
        alarms += any(look is not None and look.is_certain for look in looks)
    assert alarms / runs <= 0.05


def test_a_real_effect_is_found() -> None:
    random = np.random.default_rng(7)
    treated, control = random.random(40_000) < 0.07, random.random(40_000) < 0.05
    found = difference(group(treated.astype(float)), group(control.astype(float)))
    assert found is not None
    assert found.low > 0
    assert found.low < 0.02 < found.high


@pytest.mark.parametrize(("baseline", "lift", "expected"), [(0.05, 0.01, 8158), (0.10, 0.02, 3841)])
def test_sample_sizes_are_the_published_ones(baseline: float, lift: float, expected: int) -> None:
    assert people_needed(baseline=baseline, lift=lift) == expected
