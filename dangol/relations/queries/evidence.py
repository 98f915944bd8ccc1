"""What the strength of relationships is worked out from, read for many people at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection

from dangol.relations.rhythm import Numbers, Purchases
from dangol.relations.strength_formula import Evidence
from dangol.workspaces.models import Workspace

BOUGHT = """
days AS (
    SELECT person_id, (placed_at AT TIME ZONE %(zone)s)::date AS day, count(*) AS orders,
        coalesce(sum(amount) FILTER (WHERE currency = %(currency)s), 0) AS spent
    FROM tracking_order
    WHERE workspace_id = %(workspace)s AND placed_at <= %(at)s AND (%(all)s OR person_id = ANY(%(people)s::uuid[]))
        AND (amount > 0 OR refunded = 0)
    GROUP BY person_id, day
), bought AS (
    SELECT person_id, sum(orders) AS orders, count(*) - 1 AS repeats,
        (max(day) - min(day)) / 7.0 AS recency, ((%(at)s AT TIME ZONE %(zone)s)::date - min(day)) / 7.0 AS age,
        (sum(spent) - (array_agg(spent ORDER BY day))[1]) / nullif(count(*) - 1, 0) AS mean_amount
    FROM days GROUP BY person_id
)
"""

READ = f"""
WITH {BOUGHT}, weighed (kind, answer, contact) AS (
    VALUES ('replied', 2, 0), ('clicked', 1, 0), ('consent_given', 1, 0), ('feeling', 2, 0),
        ('contact_sent', 0, 1), ('opted_out', 0, 3), ('complained', 0, 6)
), exchanged AS (
    SELECT person_id, sum(answer * faded.share) AS answers, sum(contact * faded.share) AS contacts
    FROM relations_storyentry JOIN weighed USING (kind)
    CROSS JOIN LATERAL (SELECT power(2, -extract(epoch FROM %(at)s - at)::float8 / 86400 / 90) AS share) AS faded
    WHERE workspace_id = %(workspace)s AND (%(all)s OR person_id = ANY(%(people)s::uuid[]))
        AND at <= %(at)s AND at > %(at)s - interval '2 years'
        AND (kind <> 'feeling' OR details->>'source' = 'declared')
    GROUP BY person_id
), promised AS (
    SELECT person_id, count(*) FILTER (WHERE ended.outcome = 'kept') AS kept,
        count(*) FILTER (WHERE ended.outcome = 'late') AS late,
        count(*) FILTER (WHERE ended.outcome IS NULL AND due_at < %(at)s) AS overdue
    FROM relations_promise AS promise
    LEFT JOIN relations_promiseend AS ended
        ON ended.workspace_id = %(workspace)s AND ended.promise_id = promise.id AND ended.at <= %(at)s
    WHERE promise.workspace_id = %(workspace)s AND made_at <= %(at)s
        AND (%(all)s OR person_id = ANY(%(people)s::uuid[]))
    GROUP BY person_id
), wounded AS (
    SELECT person_id, count(*) AS open_hurts FROM relations_hurt AS hurt
    WHERE workspace_id = %(workspace)s AND (%(all)s OR person_id = ANY(%(people)s::uuid[])) AND opened_at <= %(at)s
        AND NOT EXISTS (
            SELECT FROM relations_hurtresolution AS made
            WHERE made.workspace_id = %(workspace)s AND made.hurt_id = hurt.id AND made.at <= %(at)s
        )
    GROUP BY person_id
), felt AS (
    SELECT person_id, sum(weight) AS feelings, sum(weight * valence) AS valence
    FROM relations_feeling CROSS JOIN LATERAL (
        SELECT power(2, -extract(epoch FROM %(at)s - at)::float8 / 86400 / 90)
            * CASE source WHEN 'declared' THEN 1 WHEN 'observed' THEN 0.7 ELSE 0.4 END AS weight
    ) AS weighed
    WHERE workspace_id = %(workspace)s AND (%(all)s OR person_id = ANY(%(people)s::uuid[])) AND at <= %(at)s
    GROUP BY person_id
)
SELECT person.id, bought.orders, bought.repeats, bought.recency, bought.age, bought.mean_amount,
    exchanged.answers, exchanged.contacts, promised.kept, promised.late, promised.overdue,
    coalesce(felt.feelings, 0) + coalesce(wounded.open_hurts, 0),
    coalesce(felt.valence, 0) - 2 * coalesce(wounded.open_hurts, 0), wounded.open_hurts
FROM customers_person AS person
LEFT JOIN bought ON bought.person_id = person.id
LEFT JOIN exchanged ON exchanged.person_id = person.id
LEFT JOIN promised ON promised.person_id = person.id
LEFT JOIN wounded ON wounded.person_id = person.id
LEFT JOIN felt ON felt.person_id = person.id
WHERE person.workspace_id = %(workspace)s AND NOT person.is_anonymous
    AND (%(all)s OR person.id = ANY(%(people)s::uuid[]))
ORDER BY person.id
"""  # noqa: S608 - both parts are ours

# Ids follow the order in which people came, so every nth of them is a fair sample of the shop's history.
READ_BUYERS = f"""
WITH {BOUGHT}, numbered AS (
    SELECT bought.*, row_number() OVER (ORDER BY person_id) AS place, count(*) OVER () AS buyers
    FROM bought JOIN customers_person AS person
        ON person.workspace_id = %(workspace)s AND person.id = bought.person_id AND NOT person.is_anonymous
)
SELECT repeats, recency::float8, age::float8, coalesce(mean_amount, 0)::float8
FROM numbered WHERE (place - 1) %% ((buyers + %(most)s - 1) / %(most)s) = 0 ORDER BY place
"""  # noqa: S608 - both parts are ours


@dataclass(frozen=True)
class PeopleEvidence:
    """Evidence about people, in the order of their ids. `mean_amount` is over repeat purchases, in home currency."""

    person_ids: list[UUID]
    evidence: Evidence
    mean_amount: Numbers


@dataclass(frozen=True)
class Buyers:
    """What the buying rhythm is fitted to. `mean_amount` is over repeat purchases, in home currency."""

    purchases: Purchases
    mean_amount: Numbers


def read_buyers(workspace: Workspace, *, at: datetime, most: int) -> Buyers:
    """Read the purchases of those who bought at all; of more than `most` of them, every second, third, …"""
    with connection.cursor() as cursor:
        cursor.execute(READ_BUYERS, _asked(workspace, at, None) | {"most": most})
        rows = cursor.fetchall()
    repeats, recency, age, mean_amount = np.array(rows, dtype=np.float64).reshape(len(rows), 4).T
    return Buyers(Purchases(repeats, recency, age), mean_amount)


def read_evidence(workspace: Workspace, *, at: datetime, person_ids: Sequence[UUID] | None = None) -> PeopleEvidence:
    """Read what was known at a moment about these people, or about everybody with a name."""
    with connection.cursor() as cursor:
        cursor.execute(READ, _asked(workspace, at, person_ids))
        rows = cursor.fetchall()
    columns = np.array([[float(value or 0) for value in row[1:]] for row in rows]).reshape(len(rows), 13).T
    orders, repeats, recency, age, mean_amount, *others = columns
    evidence = Evidence(orders, Purchases(repeats, recency, age), *others)
    return PeopleEvidence([row[0] for row in rows], evidence, mean_amount)


def _asked(workspace: Workspace, at: datetime, person_ids: Sequence[UUID] | None) -> dict[str, Any]:
    return {
        "workspace": workspace.pk,
        "zone": workspace.time_zone,
        "currency": workspace.currency,
        "at": at,
        "all": person_ids is None,
        "people": list(person_ids or ()),
    }
