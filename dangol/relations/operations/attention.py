"""Charging a person's attention: a ledger line each, and one load that decays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from dangol.kit import tenancy
from dangol.kit.ids import uuid7
from dangol.relations.attention_costs import IGNORED_AFTER_HOURS, IGNORED_AT_MOST, IGNORED_EXTRA, points_of
from dangol.relations.enums import ChargeKind


@dataclass(frozen=True, kw_only=True)
class NewCharge:
    """
    One contact, or one answer that gives attention back or costs extra.

    `reason` says which (`contact`, `replied`, `clicked`, `purchase`, `opted_out`, `complained`, `too_much`, …); with
    the source it is charged once per person. Leave `points` empty to charge the published price.
    """

    person_id: UUID
    kind: ChargeKind
    channel: str
    at: datetime
    reason: str
    source_id: UUID
    points: float | None = None


# A contact costs more for each of the last contacts that found no welcome within the time it takes to answer.
CHARGE = """
WITH asked AS (
    SELECT * FROM unnest(
        %(ids)s::uuid[], %(people)s::uuid[], %(kinds)s::text[], %(channels)s::text[],
        %(points)s::float8[], %(grows)s::bool[], %(ats)s::timestamptz[], %(reasons)s::text[], %(sources)s::uuid[]
    ) AS asked (id, person_id, kind, channel, points, grows, at, reason, source_id)
), priced AS (
    SELECT asked.*, CASE WHEN grows THEN points * (1 + %(extra)s * least(%(most)s, (
        SELECT count(*) FROM relations_attentioncharge AS past
        WHERE past.workspace_id = %(workspace)s AND past.person_id = asked.person_id AND past.kind = 'contact'
            AND past.at < asked.at - %(patience)s * interval '1 hour'
            AND past.at > coalesce((
                SELECT max(welcome.at) FROM relations_attentioncharge AS welcome
                WHERE welcome.workspace_id = %(workspace)s AND welcome.person_id = asked.person_id
                    AND welcome.kind = 'welcome' AND welcome.at <= asked.at
            ), '-infinity')
    ))) ELSE points END AS price
    FROM asked
    JOIN customers_person AS person ON person.workspace_id = %(workspace)s AND person.id = asked.person_id
), written AS (
    INSERT INTO relations_attentioncharge (workspace_id, id, person_id, kind, channel, points, at, reason, source_id)
    SELECT %(workspace)s, id, person_id, kind, channel, price, at, reason, source_id
    FROM priced ORDER BY person_id, source_id, reason
    ON CONFLICT (workspace_id, person_id, source_id, reason) DO NOTHING
    RETURNING person_id, points, at
), latest AS (
    SELECT person_id, max(at) AS at FROM written GROUP BY person_id
), summed AS (
    SELECT person_id, latest.at,
        sum(points * power(2, -extract(epoch FROM latest.at - written.at)::float8 / 3600 / %(half_life)s)) AS load
    FROM written JOIN latest USING (person_id) GROUP BY person_id, latest.at
)
INSERT INTO relations_attention AS standing (workspace_id, id, person_id, load, at)
SELECT %(workspace)s, gen_random_uuid(), person_id, load, at FROM summed ORDER BY person_id
ON CONFLICT (workspace_id, person_id) DO UPDATE SET
    load = standing.load * power(2, -extract(epoch FROM greatest(standing.at, excluded.at) - standing.at)::float8
                                    / 3600 / %(half_life)s)
         + excluded.load * power(2, -extract(epoch FROM greatest(standing.at, excluded.at) - excluded.at)::float8
                                    / 3600 / %(half_life)s),
    at = greatest(standing.at, excluded.at)
"""

RECOUNT = """
WITH asked AS (SELECT unnest(%(people)s::uuid[]) AS person_id), latest AS (
    SELECT person_id, max(at) AS at FROM relations_attentioncharge JOIN asked USING (person_id)
    WHERE workspace_id = %(workspace)s GROUP BY person_id
), gone AS (
    DELETE FROM relations_attention AS standing USING asked
    WHERE standing.workspace_id = %(workspace)s AND standing.person_id = asked.person_id
        AND standing.person_id NOT IN (SELECT person_id FROM latest)
)
INSERT INTO relations_attention AS standing (workspace_id, id, person_id, load, at)
SELECT %(workspace)s, gen_random_uuid(), person_id,
    sum(points * power(2, -extract(epoch FROM latest.at - charge.at)::float8 / 3600 / %(half_life)s)), latest.at
FROM relations_attentioncharge AS charge JOIN latest USING (person_id)
JOIN customers_person AS person ON person.workspace_id = %(workspace)s AND person.id = person_id
WHERE charge.workspace_id = %(workspace)s GROUP BY person_id, latest.at ORDER BY person_id
ON CONFLICT (workspace_id, person_id) DO UPDATE SET load = excluded.load, at = excluded.at
"""


def recount_attention(*, workspace_id: UUID, person_ids: Sequence[UUID], half_life_hours: float) -> None:
    """Compute these people's loads anew from all their charges: two became one, or two again."""
    with connection.cursor() as cursor:
        cursor.execute(RECOUNT, {"workspace": workspace_id, "people": list(person_ids), "half_life": half_life_hours})


def charge_attention(*, workspace_id: UUID, charges: Sequence[NewCharge], half_life_hours: float) -> None:
    """
    Write each charge once and bring the loads up to date by `load · 2^(−Δt/half_life)`.

    The load is the decayed sum of all charges, whatever order they come in and whoever writes at the same time.
    Charges to people who are gone are left out.
    """
    if not charges:
        return
    with tenancy.open_trash(), connection.cursor() as cursor:  # a contact counts also if the person went since
        cursor.execute(CHARGE, _columns(workspace_id, charges) | {"half_life": half_life_hours})


def _columns(workspace_id: UUID, charges: Sequence[NewCharge]) -> dict[str, Any]:
    return {
        "workspace": workspace_id,
        "ids": [uuid7() for _charge in charges],
        "people": [charge.person_id for charge in charges],
        "kinds": [ChargeKind(charge.kind).value for charge in charges],
        "channels": [charge.channel for charge in charges],
        "points": [_asked(charge) for charge in charges],
        "grows": [charge.points is None and charge.kind == ChargeKind.CONTACT for charge in charges],
        "ats": [charge.at for charge in charges],
        "reasons": [charge.reason for charge in charges],
        "sources": [charge.source_id for charge in charges],
        "extra": IGNORED_EXTRA,
        "most": IGNORED_AT_MOST,
        "patience": IGNORED_AFTER_HOURS,
    }


def _asked(charge: NewCharge) -> float:
    return points_of(charge.kind, charge.channel, charge.reason) if charge.points is None else charge.points
