"""Definitions in words, and what the builder offers to choose from."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any, cast
from uuid import UUID

from django.db import connection
from django.urls import reverse
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from dangol.customers.models import Company, CustomRecord, Person, Tag
from dangol.customers.models.field import LINKS
from dangol.segments.contracts import (
    Choice,
    Condition,
    InvalidDefinition,
    Offers,
    Reference,
    Subject,
    Words,
    read_definition,
)
from dangol.segments.models import ComputedTrait, ImportedList, Segment, SegmentVersion
from dangol.segments.queries.fields import known_fields, known_objects, offered_fields, offered_objects, offered_traits
from dangol.tracking.queries import event_names
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


def describe(
    definition: dict[str, Any], language: str, *, about: Subject = Subject.PERSON, reader: Member | None = None
) -> str:
    """
    Say in one sentence whom a definition describes.

    :param reader: without one, and where the reader may not see them, linked people and companies are not named
    :raises InvalidDefinition: if the definition cannot be read
    """
    with translation.override(language):
        condition = read_definition(definition, about)
        names = names_of(condition.refers_to(), reader)
        words = Words(names, known_fields([condition]), known_objects([condition], about), about, _event_names())
        return condition.sentence(words)


def sentences(segments: Iterable[Segment | SegmentVersion], language: str, *, reader: Member) -> dict[UUID, str]:
    """Say all of them, with one look at the names they refer to."""
    with translation.override(language):
        readable = {segment.pk: _readable(segment.definition) for segment in segments}
        conditions = [condition for condition in readable.values() if condition is not None]
        names = names_of(frozenset().union(*(condition.refers_to() for condition in conditions)), reader)
        objects = known_objects(conditions, Subject.PERSON)
        words = Words(names, known_fields(conditions), objects, events=_event_names())
        unread = _("This description can no longer be read. Edit the segment.")
        return {key: condition.sentence(words) if condition else unread for key, condition in readable.items()}


def linked_names_in(definition: dict[str, Any], *, about: Subject, reader: Member) -> Mapping[str, str]:
    """Return the names of the people, companies and records that a stored definition names, as the reader may see."""
    try:
        named = read_definition(definition, about).refers_to()
    except InvalidDefinition:
        return {}
    return names_of(frozenset(reference for reference in named if reference[0] == "link"), reader)


def names_of(named: Collection[Reference], reader: Member | None) -> Mapping[str, str]:
    """Return names by ids: one query for all that the workspace made, three more for links."""
    ids = [row_id for kind, row_id in named if kind != "link"]
    links = [row_id for kind, row_id in named if kind == "link"]
    names: dict[str, str] = {}
    if ids:
        segments = Segment.objects.filter(pk__in=ids).values_list("pk", "name")
        members = Member.objects.filter(pk__in=ids).values_list("pk", "user__name")
        tags = Tag.objects.filter(pk__in=ids).values_list("pk", "name")
        lists = ImportedList.objects.filter(pk__in=ids).values_list("pk", "name")
        traits = ComputedTrait.objects.filter(pk__in=ids).values_list("pk", "name")
        names |= {str(key): name for key, name in segments.union(members, tags, lists, traits)}
    if links and reader is not None:
        for linked in (Person, Company, CustomRecord):
            names |= {str(row.pk): str(row) for row in linked.objects.visible_to(reader).filter(pk__in=links)}
    return names


def offers(
    member: Member,
    *,
    apart_from: Segment | None = None,
    about: Subject = Subject.PERSON,
    has_reader: bool = False,
    bounds_rights: bool = False,
) -> Offers:
    """
    Return what the workspace has to choose from: colleagues, segments, tags, lists, traits, events, fields, cities.

    :param apart_from: the segment that is being edited
    :param has_reader: for a list, whose conditions may speak of the one who reads it
    :param bounds_rights: for a condition that bounds a right
    """
    known = offered_fields(member.workspace_id)
    own = Offers(
        about=about,
        has_reader=has_reader,
        bounds_rights=bounds_rights,
        members=[Choice(str(other.pk), other.user.name) for other in colleagues(member)],
        known=known,
        suggestions={
            (field.about, f"fields.{field.key}"): [reverse("fields:suggestions", args=[field.definition])]
            for field in known
            if field.kind in LINKS
        },
    )
    return own if about.kind == Subject.RECORD else _with_more(own, member.workspace_id, apart_from)


def _with_more(own: Offers, workspace_id: UUID, apart_from: Segment | None) -> Offers:
    """Return what there is to choose from for people and companies on top of what there is for records."""
    workspace = Workspace.objects.get(pk=workspace_id)
    segments = Segment.objects.filter(workspace=workspace).order_by("name")[:MOST_OFFERED]
    defined = {field.key for field in own.known if field.about == Subject.PERSON}
    cities, called = _column(CITIES, workspace_id), event_names()
    return replace(
        own,
        segments=[Choice(str(other.pk), other.name) for other in segments if other != apart_from],
        tags=[Choice(str(tag.pk), tag.name) for tag in Tag.objects.order_by("name")[:MOST_OFFERED]],
        lists=[Choice(str(one.pk), one.name) for one in ImportedList.objects.order_by("name")[:MOST_OFFERED]],
        traits=offered_traits(workspace_id),
        events=[Choice(name, called[name]) for name in _column(EVENT_NAMES, workspace_id)],
        fields=[name for name in _column(FIELD_NAMES, workspace_id) if name not in defined],
        objects=offered_objects(workspace_id),
        currency=workspace.currency,
        suggestions={(Subject.PERSON, "city"): cities, (Subject.COMPANY, "city"): cities, **own.suggestions},
    )


def _event_names() -> Mapping[str, str]:
    """What the house calls its events, read when a sentence first names one."""
    return cast("Mapping[str, str]", SimpleLazyObject(event_names))


def _column(sql: str, workspace_id: UUID) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"workspace": workspace_id, "most": MOST_OFFERED})
        return [str(value) for (value,) in cursor.fetchall()]


def _readable(definition: dict[str, Any]) -> Condition | None:
    try:
        return read_definition(definition)
    except InvalidDefinition:
        return None
