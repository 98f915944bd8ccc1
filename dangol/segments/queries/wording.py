"""Definitions in words, and what the builder offers to choose from."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import translation
from django.utils.translation import gettext as _

from dangol.segments.contracts import Choice, Condition, InvalidDefinition, Offers, Words, read_definition
from dangol.segments.models import Segment
from dangol.segments.queries.fields import known_fields, offered_fields
from dangol.workspaces.models import Member, Workspace
from dangol.workspaces.queries import colleagues

MOST_OFFERED = 200

# Jumps from name to name along the index: DISTINCT would read every counter there is.
EVENT_NAMES = """
WITH RECURSIVE names AS (
    (SELECT name FROM tracking_daily_count WHERE workspace_id = %(workspace)s ORDER BY name LIMIT 1)
    UNION ALL
    SELECT (SELECT next.name FROM tracking_daily_count AS next
            WHERE next.workspace_id = %(workspace)s AND next.name > names.name ORDER BY next.name LIMIT 1)
    FROM names WHERE names.name IS NOT NULL
)
SELECT name FROM names WHERE name IS NOT NULL LIMIT %(most)s
"""

FIELD_NAMES = """
SELECT DISTINCT key FROM (
    SELECT fields FROM customers_person WHERE workspace_id = %(workspace)s ORDER BY created_at DESC, id DESC LIMIT 2000
) AS newest, jsonb_object_keys(fields) AS key ORDER BY key LIMIT %(most)s
"""

CITIES = """
SELECT city FROM (
    SELECT city FROM customers_person WHERE workspace_id = %(workspace)s ORDER BY created_at DESC, id DESC LIMIT 2000
) AS newest WHERE city <> '' GROUP BY city ORDER BY count(*) DESC, city LIMIT %(most)s
"""


def describe(definition: dict[str, Any], language: str) -> str:
    """
    Say in one sentence whom a definition describes.

    :raises InvalidDefinition: if the definition cannot be read
    """
    with translation.override(language):
        condition = read_definition(definition)
        return condition.sentence(Words(names_of(condition.refers_to()), known_fields([condition])))


def sentences(segments: Iterable[Segment], language: str) -> dict[UUID, str]:
    """Say all of them, with one look at the names they refer to."""
    with translation.override(language):
        readable = {segment.pk: _readable(segment.definition) for segment in segments}
        conditions = [condition for condition in readable.values() if condition is not None]
        names = names_of(frozenset().union(*(condition.refers_to() for condition in conditions)))
        words = Words(names, known_fields(conditions))
        unread = _("This description can no longer be read. Edit the segment.")
        return {key: condition.sentence(words) if condition else unread for key, condition in readable.items()}


def names_of(row_ids: Iterable[str]) -> Mapping[str, str]:
    """Return the names of segments and members by their ids."""
    ids = list(row_ids)
    if not ids:
        return {}
    names = {str(key): name for key, name in Segment.objects.filter(pk__in=ids).values_list("pk", "name")}
    members = Member.objects.filter(pk__in=ids).values_list("pk", "user__name")
    return names | {str(key): name for key, name in members}


def offers(member: Member, *, apart_from: Segment | None = None) -> Offers:
    """
    Return what the workspace has to choose from: colleagues, segments, events, custom fields, cities.

    :param apart_from: the segment that is being edited
    """
    workspace = Workspace.objects.get(pk=member.workspace_id)
    others = Segment.objects.filter(workspace=workspace).order_by("name")[:MOST_OFFERED]
    own = apart_from.pk if apart_from else None
    known = offered_fields(workspace.pk)
    defined = {field.key for field in known}
    return Offers(
        members=[Choice(str(other.pk), other.user.name) for other in colleagues(member)],
        segments=[Choice(str(other.pk), other.name) for other in others if other.pk != own],
        events=_column(EVENT_NAMES, workspace.pk),
        fields=[name for name in _column(FIELD_NAMES, workspace.pk) if name not in defined],
        known=known,
        currency=workspace.currency,
        suggestions={"city": _column(CITIES, workspace.pk)},
    )


def _column(sql: str, workspace_id: UUID) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"workspace": workspace_id, "most": MOST_OFFERED})
        return [str(value) for (value,) in cursor.fetchall()]


def _readable(definition: dict[str, Any]) -> Condition | None:
    try:
        return read_definition(definition)
    except InvalidDefinition:
        return None
