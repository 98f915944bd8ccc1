"""
Was it good for the relationship? People written to against people left alone, 30, 90 and 365 days on.

Only people whom the policy would have let through at once are compared, as they were assigned. Clusters (people
who share an address) are the units. Intervals are always valid, so that a look too early does no harm.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from django.db import connection
from django.utils.translation import gettext as _

from dangol.kit.statistics import Difference, Group, difference
from dangol.marketing.enums import Arm
from dangol.marketing.models import Campaign

HORIZONS = (30, 90, 365)
Measure = Literal["value", "returned", "opted_out"]
Answer = Literal["better", "worse", "cannot_tell"]


@dataclass(frozen=True)
class Comparison:
    """
    One measure per person in both arms, empty for an empty arm.

    `answer` is in the customer's interest: fewer opt-outs are better.
    """

    measure: Measure
    contact_mean: float | None
    holdout_mean: float | None
    difference: Difference | None

    @property
    def answer(self) -> Answer:
        if self.difference is None or not self.difference.is_certain:
            return "cannot_tell"
        gained = self.difference.effect > 0
        return "better" if gained != (self.measure == "opted_out") else "worse"


@dataclass(frozen=True)
class Verdict:
    """What can be said `days` after the first person was in; `is_final` once everybody's days have passed."""

    days: int
    is_final: bool
    contact_people: int
    holdout_people: int
    comparisons: list[Comparison]

    @property
    def sentence(self) -> str:
        """Say the verdict in one sentence."""
        value = self.comparisons[0]
        opted_out = self.comparisons[2]
        if not self.holdout_people:
            return _("Nobody was left alone, so nobody can say what this campaign did.")
        if opted_out.answer == "worse":
            return _("It drove people away: more of those written to opted out than of those left alone.")
        return {
            "better": _("It helped: people written to bought for more than people left alone."),
            "worse": _("It harmed: people written to bought for less than people left alone."),
            "cannot_tell": _("Cannot tell yet: the difference is smaller than what chance alone can make."),
        }[value.answer]


def verdicts(campaign: Campaign, *, now: datetime) -> list[Verdict]:
    """Return the verdict at each horizon; one query each."""
    return [_verdict(campaign, days=days, now=now) for days in HORIZONS]


def _verdict(campaign: Campaign, *, days: int, now: datetime) -> Verdict:
    groups, last_start = _measured(campaign, days=days)
    measures: tuple[Measure, ...] = ("value", "returned", "opted_out")
    comparisons = []
    for measure in measures:
        contact, holdout = groups[Arm.CONTACT, measure], groups[Arm.HOLDOUT, measure]
        comparisons.append(Comparison(measure, _mean(contact), _mean(holdout), difference(contact, holdout)))
    return Verdict(
        days=days,
        is_final=last_start is not None and last_start + timedelta(days=days) <= now,
        contact_people=groups[Arm.CONTACT, "value"].people,
        holdout_people=groups[Arm.HOLDOUT, "value"].people,
        comparisons=comparisons,
    )


def _mean(group: Group) -> float | None:
    return group.mean if group.people else None


NOBODY = Group(0, 0, 0.0, 0.0, 0.0, 0.0)

MEASURE_BY_CLUSTER = """
WITH eligible AS (
    SELECT recipient.person_id, recipient.cluster, recipient.arm, recipient.started_at
    FROM marketing_recipient recipient
    JOIN messaging_policydecision decision
      ON decision.workspace_id = recipient.workspace_id AND decision.id = recipient.decision_id
    WHERE recipient.workspace_id = %(workspace)s AND recipient.campaign_id = %(campaign)s
      AND (decision.outcome = 'allow' OR decision.reasons = '["holdout"]')
), outcome AS (
    SELECT eligible.arm, eligible.cluster, eligible.started_at,
           coalesce(bought.amount, 0)::float8 AS value,
           (coalesce(bought.orders, 0) > 0)::int AS returned,
           gone.yes::int AS opted_out
    FROM eligible
    CROSS JOIN LATERAL (
        SELECT sum(amount) AS amount, count(*) AS orders FROM tracking_order
        WHERE workspace_id = %(workspace)s AND person_id = eligible.person_id
          AND placed_at > eligible.started_at AND placed_at <= eligible.started_at + %(horizon)s
          AND (amount > 0 OR refunded = 0)
    ) bought
    CROSS JOIN LATERAL (
        SELECT EXISTS (
            SELECT 1 FROM customers_consententry
            WHERE workspace_id = %(workspace)s AND person_id = eligible.person_id AND purpose = 'marketing'
              AND state = 'withdrawn' AND at > eligible.started_at AND at <= eligible.started_at + %(horizon)s
        ) AS yes
    ) gone
), cluster AS (
    SELECT arm, cluster, count(*)::float8 AS size, sum(value) AS value, sum(returned)::float8 AS returned,
           sum(opted_out)::float8 AS opted_out, max(started_at) AS last_start
    FROM outcome GROUP BY arm, cluster
)
SELECT arm, count(*), sum(size)::int, sum(size * size), max(last_start),
       sum(value), sum(value * value), sum(size * value),
       sum(returned), sum(returned * returned), sum(size * returned),
       sum(opted_out), sum(opted_out * opted_out), sum(size * opted_out)
FROM cluster GROUP BY arm
"""


def _measured(campaign: Campaign, *, days: int) -> tuple[dict[tuple[str, Measure], Group], datetime | None]:
    groups: dict[tuple[str, Measure], Group] = {}
    measures: tuple[Measure, ...] = ("value", "returned", "opted_out")
    groups.update({(arm, measure): NOBODY for arm in Arm.values for measure in measures})
    last_start = None
    with connection.cursor() as cursor:
        parameters: dict[str, Any] = {
            "workspace": campaign.workspace_id,
            "campaign": campaign.pk,
            "horizon": timedelta(days=days),
        }
        cursor.execute(MEASURE_BY_CLUSTER, parameters)
        for arm, clusters, people, size_squares, started, *sums in cursor.fetchall():
            last_start = max(last_start, started) if last_start else started
            for position, measure in enumerate(measures):
                total, total_squares, products = sums[position * 3 : position * 3 + 3]
                groups[arm, measure] = Group(clusters, people, total, size_squares, total_squares, products)
    return groups, last_start
