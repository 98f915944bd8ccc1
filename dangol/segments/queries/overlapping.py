"""Who is in two segments at once."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from dangol.customers.models import Person
from dangol.customers.models.person import PersonQuerySet
from dangol.segments.models import Segment, SegmentMember
from dangol.workspaces.models import Member


@dataclass(frozen=True)
class Overlap:
    """How many people are in the first segment alone, in both, and in the second alone."""

    first: int
    both: int
    second: int

    @property
    def all(self) -> int:
        """How many people are in at least one of the two."""
        return self.first + self.both + self.second

    @property
    def parts(self) -> list[tuple[str, int, float, float]]:
        """Return the three parts with their places on a line of 100: name, people, beginning, width."""
        scale = 100 / self.all if self.all else 0.0
        starts = {"first": 0, "both": self.first, "second": self.first + self.both}
        sizes = {"first": self.first, "both": self.both, "second": self.second}
        return [(name, sizes[name], start * scale, sizes[name] * scale) for name, start in starts.items()]


def overlap(segment: Segment, other: Segment) -> Overlap:
    """Count both segments and what they share, among everybody of the workspace."""
    first, second = _members(segment).count(), _members(other).count()
    both = _members(segment).filter(Exists(_members(other).filter(person_id=OuterRef("person_id")))).count()
    return Overlap(first - both, both, second - both)


def people_in_part(segment: Segment, other: Segment, part: str, member: Member) -> PersonQuerySet:
    """Return those of `both`, of the `first` or of the `second` alone whom the member may see."""
    in_first, in_second = (Exists(_members(one).filter(person_id=OuterRef("pk"))) for one in (segment, other))
    parts = {"first": Q(in_first) & ~Q(in_second), "second": ~Q(in_first) & Q(in_second)}
    return Person.objects.visible_to(member).filter(parts.get(part, Q(in_first) & Q(in_second)))


def _members(segment: Segment) -> QuerySet[SegmentMember]:
    return SegmentMember.objects.filter(workspace_id=segment.workspace_id, segment_id=segment.pk)
