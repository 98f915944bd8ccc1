"""Make, change and delete segments."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from dangol.kit.errors import OperationError
from dangol.kit.locks import hold
from dangol.segments import queries
from dangol.segments.conditions.membership import segments_inside
from dangol.segments.contracts import Condition, read_definition
from dangol.segments.enums import SegmentState
from dangol.segments.models import Segment, SegmentVersion
from dangol.segments.operations.computing import compute_segment
from dangol.segments.queries.segments import parts_of
from dangol.workspaces.enums import Limited
from dangol.workspaces.models import Member
from dangol.workspaces.operations import make_room

LONGEST_NAME = 120
LONGEST_REASON = 300


class UnableToCreateSegment(OperationError):
    """The name is taken or missing, the definition leads nowhere, or there may be no more segments."""


class UnableToEditSegment(OperationError):
    """Somebody else changed the segment, the name is taken, or the definition goes in a circle."""


class UnableToDeleteSegment(OperationError):
    """A campaign or another segment still uses it."""


def create_segment(*, by: Member, name: str, definition: dict[str, Any], now: datetime) -> Segment:
    """
    Describe a set of people. Its membership is computed by a job.

    :raises InvalidDefinition: if the definition cannot be read, or asks what the member's role masks
    :raises UnableToCreateSegment: if the name is taken, or a segment it is built on does not exist
    """
    condition = read_definition(definition)
    queries.refuse_masked(condition, by=by)
    title = checked_name(name, UnableToCreateSegment)
    with transaction.atomic():
        _hold_still(by.workspace_id)
        _check_parts(condition, by.workspace_id, None, UnableToCreateSegment)
        segments = Segment.objects.filter(workspace_id=by.workspace_id)
        make_room(workspace_id=by.workspace_id, what=Limited.SEGMENTS, taken=segments, refusal=UnableToCreateSegment)
        segment = Segment(workspace_id=by.workspace_id, name=title, definition=definition, created_by=by)
        _save(segment, UnableToCreateSegment, force_insert=True)
        _note_version(segment, by, now, "")
        _compute_soon(segment)
    return segment


def edit_segment(
    *,
    segment: Segment,
    by: Member,
    name: str,
    definition: dict[str, Any],
    now: datetime,
    seen_version: int | None = None,
    reason: str = "",
) -> Segment:
    """
    Change the name and definition. A changed definition is a new version, computed by a job; until then the
    former members stay.

    :param reason: why the definition changes, for the history
    :param seen_version: the version on which the change was made
    :raises InvalidDefinition: if the definition cannot be read, or a changed one asks what the member's role masks
    :raises UnableToEditSegment: if the segment changed meanwhile, the name is taken, or the definition is circular
    """
    condition = read_definition(definition)
    title = checked_name(name, UnableToEditSegment)
    with transaction.atomic():
        _hold_still(segment.workspace_id)
        current = Segment.objects.select_for_update().get(pk=segment.pk)
        if seen_version is not None and seen_version != current.version:
            raise UnableToEditSegment(_("Somebody else has changed this segment. Reload the page and change it again."))
        _check_parts(condition, segment.workspace_id, segment.pk, UnableToEditSegment)
        is_same = current.definition == definition
        if not is_same:
            queries.refuse_masked(condition, by=by)
        current.name, current.definition = title, definition
        if not is_same:
            current.version += 1
            current.state = SegmentState.COMPUTING
        _save(current, UnableToEditSegment)
        if not is_same:
            _note_version(current, by, now, reason)
            _compute_soon(current)
    return current


def delete_segment(*, segment: Segment, now: datetime) -> None:
    """
    Delete the segment and its membership.

    :raises UnableToDeleteSegment: if a campaign or another segment still uses it
    """
    if users := queries.segments_using(segment.pk, workspace_id=segment.workspace_id):
        message = _("“%(name)s” is built on this segment. Change it first.") % {"name": users[0].name}
        raise UnableToDeleteSegment(message)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            _delete_row(segment)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    except IntegrityError as used:
        message = _("A campaign uses this segment. Delete the campaign first, or keep the segment.")
        raise UnableToDeleteSegment(message) from used


def _delete_row(segment: Segment) -> None:
    """Delete by the database's own cascade: Django would fetch the members, and ask rooms above."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM segments_segment WHERE workspace_id = %s AND id = %s", [segment.workspace_id, segment.pk]
        )


def _note_version(segment: Segment, by: Member, now: datetime, reason: str) -> None:
    SegmentVersion.objects.create(
        workspace_id=segment.workspace_id,
        segment=segment,
        number=segment.version,
        definition=segment.definition,
        at=now,
        by=by,
        reason=" ".join(reason.replace("\x00", "").split())[:LONGEST_REASON],
    )


def _compute_soon(segment: Segment) -> None:
    compute_segment.defer(workspace_id=segment.workspace_id, segment_id=segment.pk, version=segment.version)


def checked_name(name: str, refusal: type[OperationError]) -> str:
    """Return the name as it is kept, or refuse it."""
    title = " ".join(name.split())
    if not title:
        raise refusal(_("Give the segment a name."))
    if len(title) > LONGEST_NAME or "\x00" in title:
        raise refusal(_("Use at most %(longest)s letters for the name.") % {"longest": LONGEST_NAME})
    return title


def _save(segment: Segment, refusal: type[OperationError], *, force_insert: bool = False) -> None:
    try:
        with transaction.atomic():
            segment.save(force_insert=force_insert)
    except IntegrityError as taken:
        raise refusal(_("A segment of this name exists already. Choose another name.")) from taken


def _hold_still(workspace_id: UUID) -> None:
    """Let one change of segments happen at a time: two at once could close a circle that neither sees."""
    hold(f"segments {workspace_id}")


def _check_parts(condition: Condition, workspace_id: UUID, own_id: UUID | None, refusal: type[OperationError]) -> None:
    """Refuse a definition that speaks of its reader, is built on a segment that is gone, or goes in a circle."""
    if condition.needs_reader():
        raise refusal(_("A segment is the same for everybody. Choose a member instead of “me”."))
    waiting = segments_inside(condition)
    if not waiting:
        return
    others = {other.pk: other for other in Segment.objects.filter(workspace_id=workspace_id)}
    seen: set[UUID] = set()
    while waiting:
        part = waiting.pop()
        if part == own_id:
            raise refusal(_("The segment would be built on itself. Choose another segment."))
        if part not in others:
            raise refusal(_("A segment in the description does not exist any more. Choose another one."))
        if part not in seen:
            seen.add(part)
            waiting |= parts_of(others[part]) - seen
