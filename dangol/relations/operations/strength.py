"""Working out how strong relationships are, for everybody or for a few."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection
from django.utils import timezone

from dangol.customers.queries import restricted_people
from dangol.kit.ids import uuid7
from dangol.kit.jobs import job
from dangol.relations.models import RhythmFit, Strength
from dangol.relations.queries.evidence import Buyers, PeopleEvidence, read_buyers, read_evidence
from dangol.relations.queries.rhythms import buying_rhythm, latest_fit, spending
from dangol.relations.rhythm import BuyingRhythm, NoRhythm, Numbers, Spending
from dangol.relations.strength_formula import FORMULA, Strengths, strengths
from dangol.workspaces.models import Workspace

TREND_DAYS = 30
EXPECTED_WEEKS = 90 / 7
FEWEST_REGULARS = 30
"""With fewer people who came back a fit says nothing."""
MOST_FITTED = 20_000
"""Of more buyers a fit reads a fair sample: four parameters move by less than their last shown digit after that."""
CHUNK = 10_000
"""So many people are scored at a time, so that memory does not grow with the shop."""

NEXT_PEOPLE = """
SELECT id FROM customers_person
WHERE workspace_id = %(workspace)s AND NOT is_anonymous AND id > %(last)s ORDER BY id LIMIT %(chunk)s
"""

WRITE = """
INSERT INTO relations_strength AS standing
    (workspace_id, id, person_id, score, trend, alive, expected_orders, expected_amount, parts, computed_at)
SELECT %(workspace)s, id, person_id, score, trend, alive, expected_orders, expected_amount, parts, %(now)s FROM scored
ON CONFLICT (workspace_id, person_id) DO UPDATE SET
    score = excluded.score, trend = excluded.trend, alive = excluded.alive, expected_orders = excluded.expected_orders,
    expected_amount = excluded.expected_amount, parts = excluded.parts, computed_at = excluded.computed_at
WHERE standing.computed_at <= excluded.computed_at
"""


@job(queue="scores")
def refresh_strength(*, workspace_id: UUID) -> None:
    """Fit the buying rhythm anew and score everybody. Runs daily; a few seconds for tens of thousands of people."""
    measure_everybody(workspace_id=workspace_id, now=timezone.now())


@job(queue="scores")
def refresh_strength_of(*, workspace_id: UUID, person_ids: tuple[UUID, ...]) -> None:
    """Score these people again under the latest fit."""
    measure(workspace_id=workspace_id, person_ids=person_ids, now=timezone.now())


@job(queue="scores")
def forget_forecast_of(*, workspace_id: UUID, person_id: UUID) -> None:
    """Let go what was computed about a person whose processing is stopped."""
    Strength.objects.filter(workspace_id=workspace_id, person_id=person_id).delete()


@job(queue="scores")
def refresh_forecast_of(*, workspace_id: UUID, person_id: UUID) -> None:
    """Score a person again whose processing goes on."""
    measure(workspace_id=workspace_id, person_ids=[person_id], now=timezone.now())


def measure_everybody(*, workspace_id: UUID, now: datetime) -> None:
    """Fit the rhythm to all purchases of the workspace and write everybody's strength as of now."""
    workspace = Workspace.objects.get(pk=workspace_id)
    fit = _fit(workspace, now) or latest_fit(workspace_id)
    for person_ids in _everybody(workspace_id):
        _measure(workspace, person_ids, fit, now)


def measure(*, workspace_id: UUID, person_ids: Sequence[UUID], now: datetime) -> None:
    """Write the strength of these people as of now, under the latest fit."""
    _measure(Workspace.objects.get(pk=workspace_id), person_ids, latest_fit(workspace_id), now)


def _everybody(workspace_id: UUID) -> Iterator[list[UUID]]:
    last = UUID(int=0)
    while True:
        with connection.cursor() as cursor:
            cursor.execute(NEXT_PEOPLE, {"workspace": workspace_id, "last": last, "chunk": CHUNK})
            person_ids = [person_id for (person_id,) in cursor.fetchall()]
        if not person_ids:
            return
        yield person_ids
        last = person_ids[-1]


def _measure(workspace: Workspace, person_ids: Sequence[UUID], fit: RhythmFit | None, now: datetime) -> None:
    stopped = restricted_people(workspace_id=workspace.pk, person_ids=person_ids)
    person_ids = [person_id for person_id in person_ids if person_id not in stopped]
    known = read_evidence(workspace, at=now, person_ids=person_ids)
    before = read_evidence(workspace, at=now - timedelta(days=TREND_DAYS), person_ids=person_ids)
    _score(workspace, known, before, fit, now)


def _fit(workspace: Workspace, now: datetime) -> RhythmFit | None:
    """Fit and keep both models, or nothing where too few came back."""
    buyers = read_buyers(workspace, at=now, most=MOST_FITTED)
    if np.count_nonzero(buyers.purchases.repeats) < FEWEST_REGULARS:
        return None
    rhythm = BuyingRhythm.fit(buyers.purchases)
    money = _spending(buyers)
    return RhythmFit.objects.create(
        workspace=workspace,
        fitted_at=now,
        customer_count=len(buyers.mean_amount),
        r=rhythm.r,
        alpha=rhythm.alpha,
        a=rhythm.a,
        b=rhythm.b,
        log_likelihood=rhythm.log_likelihood,
        p=None if money is None else money.p,
        q=None if money is None else money.q,
        v=None if money is None else money.v,
    )


def _spending(buyers: Buyers) -> Spending | None:
    try:
        return Spending.fit(buyers.purchases.repeats, buyers.mean_amount)
    except NoRhythm:
        return None


def _score(
    workspace: Workspace, known: PeopleEvidence, before: PeopleEvidence, fit: RhythmFit | None, now: datetime
) -> None:
    rhythm = buying_rhythm(fit)
    standing, former = strengths(known.evidence, rhythm), strengths(before.evidence, rhythm)
    rows = _rows(known, standing, dict(zip(before.person_ids, former.score.tolist(), strict=True)), fit)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.scored")
        cursor.execute(
            "CREATE TEMP TABLE scored (id uuid, person_id uuid, score int2, trend int2, alive float8,"
            " expected_orders float8, expected_amount float8, parts jsonb) ON COMMIT DROP"
        )
        with cursor.copy("COPY scored FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(WRITE, {"workspace": workspace.pk, "now": now})


def _rows(
    known: PeopleEvidence, standing: Strengths, former: dict[UUID, float], fit: RhythmFit | None
) -> list[tuple[Any, ...]]:
    alive, orders, amounts = _forecast(known, fit)
    parts = _parts(known, standing, fit)
    return [
        (uuid7(), person_id, int(score), int(score - former.get(person_id, 0)), *future, json.dumps(part))
        for person_id, score, part, *future in zip(
            known.person_ids, standing.score.tolist(), parts, alive, orders, amounts, strict=True
        )
    ]


def _forecast(
    known: PeopleEvidence, fit: RhythmFit | None
) -> tuple[list[float | None], list[float | None], list[float | None]]:
    """Return whether each is still a regular, orders and amount of the next 90 days; None where nobody can tell yet."""
    rhythm, money = buying_rhythm(fit), spending(fit)
    nobody: list[float | None] = [None] * len(known.person_ids)
    if rhythm is None:
        return nobody, nobody, nobody
    purchases, bought = known.evidence.purchases, known.evidence.orders > 0
    orders = rhythm.expected(purchases, weeks=EXPECTED_WEEKS)
    alive = _where(purchases.repeats > 0, rhythm.alive(purchases))
    if money is None:
        return alive, _where(bought, orders), nobody
    worth = orders * money.mean_value(purchases.repeats, known.mean_amount)
    return alive, _where(bought, orders), _where(bought, worth)


def _where(known: "np.ndarray[Any, np.dtype[np.bool_]]", values: Numbers) -> list[float | None]:
    pairs = zip(known.tolist(), values.tolist(), strict=True)
    return [value if is_known else None for is_known, value in pairs]


def _parts(known: PeopleEvidence, standing: Strengths, fit: RhythmFit | None) -> list[dict[str, Any]]:
    evidence, fit_id = known.evidence, str(fit.pk) if fit else None
    facts = {
        "rhythm": {
            "orders": evidence.orders,
            "alive": standing.alive,
            "gap_days": standing.gap_weeks * 7,
            "silent_days": (evidence.purchases.age - evidence.purchases.recency) * 7,
        },
        "exchange": {"answers": evidence.answers, "contacts": evidence.contacts},
        "promises": {"kept": evidence.kept, "late": evidence.late, "overdue": evidence.overdue},
        "feelings": {"weight": evidence.feelings, "valence": evidence.valence, "open_hurts": evidence.open_hurts},
    }
    columns = {
        part: {"points": standing.points[part], "of": standing.possible[part]} | numbers
        for part, numbers in facts.items()
    }
    flat = {part: {name: np.round(values, 2).tolist() for name, values in own.items()} for part, own in columns.items()}
    return [
        {"formula": FORMULA, "fit": fit_id}
        | {part: {name: values[row] for name, values in own.items()} for part, own in flat.items()}
        for row in range(len(known.person_ids))
    ]
