"""
Differences between two groups, with intervals that stay true however often somebody looks.

Source: Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, "Time-uniform central limit theory and asymptotic confidence
sequences"; the ratio estimator for clusters is Cochran, "Sampling Techniques", chapter 6.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

ALPHA = 0.05
TUNED_FOR = 5_000
"""The sample size at which the confidence sequence is narrowest."""


@dataclass(frozen=True)
class Group:
    """
    Sums over the clusters of one group, enough for a mean per person and its variance.

    :param clusters: how many clusters (people who share an address count as one)
    :param people: Σ size, :param total: Σ outcome
    :param size_squares: Σ size², :param total_squares: Σ outcome², :param products: Σ size · outcome
    """

    clusters: int
    people: int
    total: float
    size_squares: float
    total_squares: float
    products: float

    @property
    def mean(self) -> float:
        """Return the outcome per person; an empty group has none."""
        return self.total / self.people if self.people else math.nan

    @property
    def variance_of_mean(self) -> float:
        """Return the variance of `mean`, with clusters as the units that were drawn."""
        if self.clusters <= 1:
            return math.inf
        ratio = self.mean
        residuals = self.total_squares - 2 * ratio * self.products + ratio**2 * self.size_squares
        return self.clusters / (self.clusters - 1) * max(residuals, 0.0) / self.people**2


@dataclass(frozen=True)
class Difference:
    """`effect` per person between two groups and its interval; no interval means that nothing can be said."""

    effect: float
    low: float
    high: float

    @property
    def is_certain(self) -> bool:
        """Whether the interval leaves zero out."""
        return self.low > 0 or self.high < 0


def difference(treated: Group, control: Group, *, alpha: float = ALPHA) -> Difference | None:
    """
    Compare two groups with an always-valid interval at level `1 − alpha`.

    Returns None while either group has fewer than two clusters or nothing varies yet.
    """
    variance = treated.variance_of_mean + control.variance_of_mean
    if not math.isfinite(variance) or variance <= 0:
        return None
    effect = treated.mean - control.mean
    width = sequence_multiplier(treated.clusters + control.clusters, alpha=alpha) * math.sqrt(variance)
    return Difference(effect=effect, low=effect - width, high=effect + width)


def sequence_multiplier(n: int, *, alpha: float = ALPHA, tuned_for: int = TUNED_FOR) -> float:
    """Return by how many standard errors the confidence sequence reaches out after `n` observations."""
    log_term = -2 * math.log(alpha)
    rho_squared = (log_term + math.log(log_term + 1)) / tuned_for
    growth = n * rho_squared + 1
    return math.sqrt(growth / (n * rho_squared) * 2 * math.log(math.sqrt(growth) / alpha))


def people_needed(*, baseline: float, lift: float, alpha: float = ALPHA, power: float = 0.8) -> int:
    """Return how many people each of two equal groups needs to see `lift` on a rate of `baseline`, looked at once."""
    if not 0 < baseline < 1 or not 0 < baseline + lift < 1 or lift == 0:
        raise ValueError("baseline and baseline + lift must be rates between 0 and 1, and lift must not be 0")
    first, second = baseline, baseline + lift
    pooled = (first + second) / 2
    z_alpha, z_power = _normal_quantile(1 - alpha / 2), _normal_quantile(power)
    spread = z_alpha * math.sqrt(2 * pooled * (1 - pooled))
    spread += z_power * math.sqrt(first * (1 - first) + second * (1 - second))
    return math.ceil((spread / lift) ** 2)


def _normal_quantile(probability: float) -> float:
    return NormalDist().inv_cdf(probability)
