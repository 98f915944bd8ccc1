"""How a segment came to be what it is: its versions and its size over time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from dangol.segments.models import Segment, SegmentSize, SegmentVersion

SHOWN_VERSIONS = 100
LOOK_BACK = timedelta(days=30)
WIDTH = 100.0
HEIGHT = 24.0


@dataclass(frozen=True)
class SizeChart:
    """The size over the last 30 days as a stepped line of 100 × 24, with its least and greatest."""

    points: str
    least: int
    most: int


def segment_versions(segment: Segment) -> QuerySet[SegmentVersion]:
    """The versions of a segment."""
    return SegmentVersion.objects.filter(workspace_id=segment.workspace_id, segment_id=segment.pk)


def versions_of(segment: Segment) -> Sequence[SegmentVersion]:
    """The newest versions with who made them, the newest first."""
    return list(segment_versions(segment).select_related("by__user").order_by("-number")[:SHOWN_VERSIONS])


def size_chart(segment: Segment, *, now: datetime) -> SizeChart | None:
    """Return how the size changed; nothing while there is but one size."""
    begun = now - LOOK_BACK
    kept = SegmentSize.objects.filter(workspace_id=segment.workspace_id, segment_id=segment.pk)
    former = kept.filter(hour__lt=begun).order_by("-hour").values_list("hour", "size")[:1]
    sizes = [*((begun, size) for _hour, size in former)]
    sizes += kept.filter(hour__gte=begun).order_by("hour").values_list("hour", "size")
    if len(sizes) <= 1:
        return None
    least, most = min(size for _at, size in sizes), max(size for _at, size in sizes)
    points = []
    for (at, size), until in zip(sizes, [*(at for at, _size in sizes[1:]), now], strict=True):
        y = HEIGHT / 2 if most == least else HEIGHT - 1 - (HEIGHT - 2) * (size - least) / (most - least)
        points += [f"{WIDTH * max(0.0, (moment - begun) / LOOK_BACK):.2f},{y:.2f}" for moment in (at, until)]
    return SizeChart(" ".join(points), least, most)
