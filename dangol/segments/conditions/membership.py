"""Who is in another segment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from sqlglot import exp

from dangol.segments.contracts import Compiler, Condition, Input, JsonObject, Offers, Reference, Words, quoted_value


@dataclass(frozen=True)
class InSegment(Condition):
    """People of another segment, as its membership stands. Operations refuse a circle."""

    segment: UUID

    kind = "segment"
    label = gettext_lazy("In another segment")
    order = 60
    bounds_rights = True

    @classmethod
    def read(cls, data: JsonObject, depth: int) -> Self:
        return cls(data.id("segment"))

    @classmethod
    def inputs(cls, values: Mapping[str, str], offers: Offers) -> Sequence[Input]:
        return [Input("segment", "select", _("Segment"), choices=offers.segments)]

    def ids(self, compiler: Compiler) -> exp.Query:
        this = exp.EQ(this=exp.column("segment_id", "inner_member"), expression=compiler.value(self.segment))
        return compiler.linked("segments_segmentmember", "inner_member").where(this)

    def clause(self, words: Words) -> str:
        return pgettext("segment", "who are in “%(name)s”") % {"name": quoted_value(words.name_of(self.segment))}

    def refers_to(self) -> frozenset[Reference]:
        return frozenset({("segment", str(self.segment))})


def segments_inside(condition: Condition) -> set[UUID]:
    """Return the segments that a condition is built on."""
    return {part.segment for part in condition.walk() if isinstance(part, InSegment)}
