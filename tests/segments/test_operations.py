"""Segments are made, changed, computed and deleted."""

from datetime import timedelta
from typing import Any

import pytest

from dangol.segments import operations, queries
from dangol.segments.contracts import InvalidDefinition
from dangol.segments.enums import SegmentState
from dangol.segments.models import Segment, SegmentMember
from tests.factories import NOW, make_person
from tests.people import Cast
from tests.segments.conftest import Town
from tests.segments.rows import attribute, did, event, group

SEOUL = group("all", attribute("city", "is", value="서울"))
BUSAN = group("all", attribute("city", "is", value="부산"))


def made(cast: Cast, definition: dict[str, Any], name: str = "손님") -> Segment:
    return operations.create_segment(by=cast.marketer, name=name, definition=definition, now=NOW)


def compute(segment: Segment, now: Any = NOW) -> Segment:
    operations.compute_membership(
        workspace_id=segment.workspace_id, segment_id=segment.pk, version=segment.version, now=now
    )
    segment.refresh_from_db()
    return segment


def people_in(segment: Segment) -> set[str]:
    return set(SegmentMember.objects.filter(segment=segment).values_list("person__name", flat=True))


def test_new_segment_is_empty_until_computed(inside: Cast, town: Town) -> None:
    segment = made(inside, SEOUL)
    assert (segment.state, segment.size, segment.version) == (SegmentState.COMPUTING, None, 1)
    compute(segment)
    assert (segment.state, segment.size, segment.computed_at) == (SegmentState.READY, 1, NOW)
    assert list(queries.member_ids(segment)) == [town.haneul.pk]
