"""What other rooms ask before they contact somebody."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from dangol.customers.models import Person
from dangol.kit.compiled import Compiled
from dangol.relations.models import Strength

STRENGTH: Compiled[Strength] = Compiled(Strength.objects.filter)

LOADS = """
SELECT person_id, greatest(0, load * power(2, -extract(epoch FROM %(now)s - at)::float8 / 3600 / %(half_life)s))
FROM relations_attention WHERE workspace_id = nullif(current_setting('dangol.workspace', true), '')::uuid
    AND person_id = ANY(%(people)s::uuid[])
"""

HURT = """
SELECT DISTINCT ON (person_id) person_id, code FROM (
    SELECT person_id, 'open_hurt' AS code, 1 AS rank FROM relations_hurt AS hurt
    WHERE workspace_id = nullif(current_setting('dangol.workspace', true), '')::uuid
        AND person_id = ANY(%(people)s::uuid[]) AND opened_at <= %(now)s AND NOT EXISTS (
        SELECT FROM relations_hurtresolution AS made
        WHERE made.workspace_id = nullif(current_setting('dangol.workspace', true), '')::uuid
            AND made.hurt_id = hurt.id AND made.at <= %(now)s
    )
    UNION ALL
    SELECT person_id, 'late_promise', 2 FROM relations_promise AS promise
    WHERE workspace_id = nullif(current_setting('dangol.workspace', true), '')::uuid
        AND person_id = ANY(%(people)s::uuid[]) AND due_at < %(now)s AND NOT EXISTS (
        SELECT FROM relations_promiseend AS ended
        WHERE ended.workspace_id = nullif(current_setting('dangol.workspace', true), '')::uuid
            AND ended.promise_id = promise.id AND ended.at <= %(now)s
    )
) AS found ORDER BY person_id, rank
"""


def attention_loads(*, person_ids: Sequence[UUID], now: datetime, half_life_hours: float) -> dict[UUID, float]:
    """How many points of each person's attention are used up at that moment. Everybody asked for is answered."""
    loads = dict.fromkeys(person_ids, 0.0)
    with connection.cursor() as cursor:
        cursor.execute(LOADS, _asked(person_ids, now) | {"half_life": half_life_hours})
        loads.update(cursor.fetchall())
    return loads


def people_hurt(*, person_ids: Sequence[UUID], now: datetime) -> dict[UUID, str]:
    """Who has an open complaint (`open_hurt`) or waits for a late promise (`late_promise`), and which of the two."""
    with connection.cursor() as cursor:
        cursor.execute(HURT, _asked(person_ids, now))
        return dict(cursor.fetchall())


def strength_of(person: Person) -> Strength | None:
    """The person's relationship strength as it was last computed."""
    return next(iter(STRENGTH(workspace_id=person.workspace_id, person_id=person.pk)), None)


def scores_of(person_ids: Sequence[UUID]) -> dict[UUID, int]:
    """The strength of each of these people that was ever measured."""
    return dict(Strength.objects.filter(person_id__in=list(person_ids)).values_list("person_id", "score"))


def _asked(person_ids: Sequence[UUID], now: datetime) -> dict[str, Any]:
    return {"people": list(person_ids), "now": now}
