"""Segments and their members, as they stand."""

from uuid import UUID

from django.db.models import QuerySet

from dangol.customers.models import Person
from dangol.segments.conditions.membership import segments_inside
from dangol.segments.contracts import InvalidDefinition, Reference, read_definition
from dangol.segments.models import Segment, SegmentMember
from dangol.workspaces.models import Member

EVENT_KEYS = ("event", "then")
"""Under which keys conditions name events."""


def segments_visible(member: Member) -> QuerySet[Segment]:
    """Every segment of the member's workspace. Whom of its people the member may see is another question."""
    return Segment.objects.filter(workspace_id=member.workspace_id)


def member_ids(segment: Segment) -> QuerySet[SegmentMember, UUID]:
    """The ids of the people in a segment, for use in another query."""
    members = SegmentMember.objects.filter(workspace_id=segment.workspace_id, segment_id=segment.pk)
    return members.values_list("person_id", flat=True)


def members_visible(segment: Segment, member: Member) -> QuerySet[SegmentMember]:
    """The people in a segment whom the member may see."""
    seen = Person.objects.visible_to(member).values("pk")
    members = SegmentMember.objects.filter(workspace_id=segment.workspace_id, segment_id=segment.pk)
    return members.filter(person_id__in=seen).select_related("person")


def segments_of_person(person: Person) -> QuerySet[Segment]:
    """The segments in which a person is."""
    inside = SegmentMember.objects.filter(workspace_id=person.workspace_id, person_id=person.pk)
    return Segment.objects.filter(workspace_id=person.workspace_id, pk__in=inside.values("segment_id")).order_by("name")


def segments_using(segment_id: UUID, *, workspace_id: UUID) -> list[Segment]:
    """The segments whose definitions are built on a segment."""
    candidates = Segment.objects.filter(workspace_id=workspace_id).exclude(pk=segment_id).order_by("name", "id")
    return [other for other in candidates if segment_id in parts_of(other)]


def segments_naming(reference: Reference, *, workspace_id: UUID) -> list[Segment]:
    """The segments whose definitions name a row of another kind."""
    segments = Segment.objects.filter(workspace_id=workspace_id).order_by("name", "id")
    return [segment for segment in segments if reference in named_by(segment)]


def named_by(segment: Segment) -> frozenset[Reference]:
    """Every row that a definition names; one that cannot be read names none."""
    try:
        return read_definition(segment.definition).refers_to()
    except InvalidDefinition:
        return frozenset()


def segments_with_event(event_name: str, member: Member) -> list[Segment]:
    """The segments whose conditions name an event, by name."""
    candidates = segments_visible(member).order_by("name", "id")
    return [segment for segment in candidates if event_name in _events_in(segment.definition)]


def _events_in(told: object) -> set[str]:
    """Every event that a definition names, however deep."""
    if isinstance(told, list):
        return set().union(*map(_events_in, told))
    if not isinstance(told, dict):
        return set()
    named = {told[key] for key in EVENT_KEYS if isinstance(told.get(key), str)}
    return named.union(*map(_events_in, told.values()))


def parts_of(segment: Segment) -> set[UUID]:
    """The segments on which a segment is built; a definition that cannot be read is built on none."""
    try:
        return segments_inside(read_definition(segment.definition))
    except InvalidDefinition:
        return set()
