"""
The buying rhythm of a shop's customers, so that "still a regular?" is a probability.

BG/NBD (Fader, Hardie and Lee 2005): every customer buys at a rate of their own and may leave after any purchase.
Gamma-Gamma (Fader and Hardie 2013): every customer spends around a mean of their own. Times are in weeks.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self, TypeAlias

# Workers share cores; the idle threads of OpenMP and OpenBLAS would spin on them. They read this when they load.
for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")

import numpy as np  # noqa: E402 - after the number of its threads
from numpy.typing import NDArray  # noqa: E402 - after the number of its threads
from scipy.special import betaln, gammaln, hyp2f1  # noqa: E402 - after the number of its threads

Numbers: TypeAlias = NDArray[np.float64]

LARGEST_EXPONENT = 700.0
"""exp() of more overflows."""
LARGEST_A, LARGEST_B = 50.0, 5000.0
"""Beyond these all customers have the same chance to leave; where nobody leaves the fit would run off to infinity."""


class NoRhythm(ValueError):
    """Too few customers bought again to see a rhythm."""


@dataclass(frozen=True)
class Purchases:
    """
    What the models read of each customer: one entry each.

    `repeats` counts the days with a purchase after the first one, `recency` is the age at the last purchase and
    `age` the time since the first, both in weeks.
    """

    repeats: Numbers
    recency: Numbers
    age: Numbers

    def collapsed(self) -> tuple[Self, Numbers]:
        """Return the different histories and how many customers share each."""
        rows, counts = np.unique(np.column_stack((self.repeats, self.recency, self.age)), axis=0, return_counts=True)
        return type(self)(*rows.T), counts.astype(np.float64)


@dataclass(frozen=True)
class BuyingRhythm:
    """
    A fitted BG/NBD model.

    Rates are gamma(r, alpha), the chance to leave after a purchase is beta(a, b).
    """

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float = float("nan")

    @staticmethod
    def fit(purchases: Purchases) -> "BuyingRhythm":
        """
        Return the model under which these purchases are most likely.

        :raises NoRhythm: if nobody ever came back
        """
        if not purchases.repeats.any():
            raise NoRhythm
        histories, counts = purchases.collapsed()
        start = np.array([0.5, histories.age.mean() / 4, 1.0, 2.0])

        def model(logarithms: Numbers) -> "BuyingRhythm":
            r, alpha, a, b = (float(value) for value in np.exp(np.minimum(logarithms, LARGEST_EXPONENT)))
            return BuyingRhythm(r, alpha, min(a, LARGEST_A), min(b, LARGEST_B))

        buyers = counts.sum()
        best, loss = _most_likely(lambda z: -float(counts @ model(z).log_likelihoods(histories)) / buyers, start)
        return replace(model(best), log_likelihood=-loss * float(buyers))

    def log_likelihoods(self, purchases: Purchases) -> Numbers:
        """Return the logarithm of each history's likelihood."""
        x, recency, age = purchases.repeats, purchases.recency, purchases.age
        rate = gammaln(self.r + x) - gammaln(self.r) + self.r * np.log(self.alpha)
        stayed = betaln(self.a, self.b + x) - (self.r + x) * np.log(self.alpha + age)
        left = betaln(self.a + 1, self.b + np.maximum(x, 1) - 1) - (self.r + x) * np.log(self.alpha + recency)
        either = np.logaddexp(stayed, np.where(x > 0, left, -np.inf))
        return np.asarray(rate - betaln(self.a, self.b) + either)

    def alive(self, purchases: Purchases) -> Numbers:
        """Return the probability that each customer still buys. The model gives 1 to those who bought once only."""
        x = purchases.repeats
        waited = (self.r + x) * np.log((self.alpha + purchases.age) / (self.alpha + purchases.recency))
        odds = self.a / (self.b + np.maximum(x, 1) - 1) * np.exp(np.minimum(waited, LARGEST_EXPONENT))
        return np.where(x > 0, 1 / (1 + odds), 1.0)

    def expected(self, purchases: Purchases, *, weeks: float) -> Numbers:
        """Return how many days with a purchase to expect of each customer in the coming weeks."""
        a = self.a if abs(self.a - 1) > 1e-9 else 1 + 1e-9  # noqa: PLR2004 - the formula has a removable pole at 1
        x, horizon = purchases.repeats, self.alpha + purchases.age + weeks
        # Euler's transformation of the published formula: it does not overflow after hundreds of purchases.
        series = hyp2f1(a + self.b - 1 - self.r, a - 1, a + self.b + x - 1, weeks / horizon)
        share = 1 - (1 - weeks / horizon) ** (a - 1) * series
        return np.asarray((a + self.b + x - 1) / (a - 1) * share * self.alive(purchases))


@dataclass(frozen=True)
class Spending:
    """A fitted Gamma-Gamma model: amounts are gamma(p, ν), and ν is gamma(q, v) over customers."""

    p: float
    q: float
    v: float
    log_likelihood: float = float("nan")

    @classmethod
    def fit(cls, repeats: Numbers, mean_amount: Numbers) -> Self:
        """
        Return the model under which the mean amounts of repeat purchases are most likely.

        :param mean_amount: each customer's mean over the repeat purchases only
        :raises NoRhythm: if nobody spent anything on a repeat purchase
        """
        spent = (repeats > 0) & (mean_amount > 0)
        if not spent.any():
            raise NoRhythm
        x, mean = repeats[spent], mean_amount[spent]
        start = np.array([3.0, 3.0, mean.mean() / 3])
        best, loss = _most_likely(lambda z: -float(cls(*np.exp(z)).log_likelihoods(x, mean).mean()), start)
        p, q, v = (float(value) for value in np.exp(best))
        return cls(p, q, v, -loss * len(x))

    def log_likelihoods(self, repeats: Numbers, mean_amount: Numbers) -> Numbers:
        """Return the logarithm of each mean's likelihood."""
        shape = self.p * repeats
        constant = gammaln(shape + self.q) - gammaln(shape) - gammaln(self.q) + self.q * np.log(self.v)
        powers = (shape - 1) * np.log(mean_amount) + shape * np.log(repeats)
        return np.asarray(constant + powers - (shape + self.q) * np.log(self.v + mean_amount * repeats))

    def mean_value(self, repeats: Numbers, mean_amount: Numbers) -> Numbers:
        """Return the amount to expect of each customer's next purchase: between the own mean and everybody's."""
        return np.asarray(self.p * (self.v + repeats * mean_amount) / (self.p * repeats + self.q - 1))


def _most_likely(loss: Callable[[Numbers], float], start: Numbers) -> tuple[Numbers, float]:
    """
    Return the logarithms of the parameters with the least loss: downhill, then polished.

    The loss is a mean over customers: of a sum over many the polishing would chase digits that floats do not have.
    """
    from scipy.optimize import minimize  # noqa: PLC0415 - a process loads half a second longer, and only a fit needs it

    near = minimize(loss, np.log(start), method="L-BFGS-B", options={"maxiter": 2000, "ftol": 1e-13, "gtol": 1e-8})
    best = minimize(loss, near.x, method="Nelder-Mead", options={"maxiter": 1000, "xatol": 1e-7, "fatol": 1e-9})
    return best.x, float(best.fun)
