"""Our fits are the published ones, to the last printed digit."""

import numpy as np
import pytest

from dangol.relations.rhythm import BuyingRhythm, NoRhythm, Purchases, Spending
from tests.relations.cdnow import Cdnow, read_sample

PUBLISHED = BuyingRhythm(r=0.243, alpha=4.414, a=0.793, b=2.426)


@pytest.fixture(scope="module")
def cdnow() -> Cdnow:
    return read_sample()


@pytest.fixture(scope="module")
def rhythm(cdnow: Cdnow) -> BuyingRhythm:
    return BuyingRhythm.fit(cdnow.purchases)


def one(repeats: float, recency: float, age: float) -> Purchases:
    return Purchases(np.array([repeats]), np.array([recency]), np.array([age]))


def test_the_sample_is_the_papers(cdnow: Cdnow) -> None:
    assert len(cdnow.later) == 2357
    assert cdnow.later.sum() == 1882
    assert (cdnow.purchases.repeats > 0).sum() == 946


def test_bg_nbd_is_the_published_fit(rhythm: BuyingRhythm) -> None:
    fitted = [f"{value:.3f}" for value in (rhythm.r, rhythm.alpha, rhythm.a, rhythm.b)]
    assert fitted == ["0.243", "4.414", "0.793", "2.426"]
    assert f"{rhythm.log_likelihood:.1f}" == "-9582.4"


def test_gamma_gamma_is_the_published_fit(cdnow: Cdnow) -> None:
    spending = Spending.fit(cdnow.purchases.repeats, cdnow.mean_amount)
    assert (f"{spending.p:.2f}", f"{spending.q:.2f}", f"{spending.v:.2f}") == ("6.25", "3.74", "15.44")


def test_the_papers_example_customer_is_expected_as_published() -> None:
    assert f"{PUBLISHED.expected(one(2, 30.43, 38.86), weeks=39)[0]:.3f}" == "1.226"


def test_the_hold_out_is_foretold_as_well_as_published(cdnow: Cdnow, rhythm: BuyingRhythm) -> None:
    expected = rhythm.expected(cdnow.purchases, weeks=39)
    assert f"{expected.sum():.1f}" == "1653.4"
    assert f"{expected.sum() / cdnow.later.sum() - 1:.0%}" == "-12%"
    assert f"{np.corrcoef(expected, cdnow.later)[0, 1]:.4f}" == "0.6256"


def test_a_regular_fades_with_silence() -> None:
    chances = [float(PUBLISHED.alive(one(10, 30, age))[0]) for age in (30, 35, 45, 80)]
    assert [round(chance, 2) for chance in chances] == [0.94, 0.78, 0.26, 0.0]


def test_hundreds_of_purchases_do_not_overflow() -> None:
    assert np.isfinite(PUBLISHED.expected(one(900, 100, 100), weeks=13)).all()
    assert PUBLISHED.alive(one(900, 10, 400))[0] == pytest.approx(0)


def test_next_to_nothing_is_expected_of_somebody_long_gone() -> None:
    assert PUBLISHED.expected(one(10, 5, 80), weeks=13)[0] == pytest.approx(0, abs=1e-6)


def test_without_anybody_who_came_back_there_is_no_rhythm() -> None:
    with pytest.raises(NoRhythm):
        BuyingRhythm.fit(one(0, 0, 10))
    with pytest.raises(NoRhythm):
        Spending.fit(np.array([0.0]), np.array([0.0]))


def test_identical_histories_are_read_once() -> None:
    many = Purchases(np.array([1.0, 0.0, 1.0]), np.array([2.0, 0.0, 2.0]), np.array([5.0, 5.0, 5.0]))
    histories, counts = many.collapsed()
    assert histories.repeats.tolist() == [0.0, 1.0]
    assert counts.tolist() == [1.0, 2.0]
