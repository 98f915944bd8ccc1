"""A random part of the people, the same every time."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from sqlglot import exp

from dangol.segments.contracts import Compiler, Condition, Input, JsonObject, Offers, Words, quoted_value

HUNDRED = 100
BUCKETS = 1 << 32


@dataclass(frozen=True)
class DrawCondition(Condition):
    """
    People between two percentages of a named draw.

    A person's place is the beginning of md5(draw name + person id), the same in every database. Two ranges of one draw
    share nobody; two draws are independent.
    """

    draw: str
    start: int
    end: int

    kind = "random"
    label = gettext_lazy("Random part")
    order = 70
    is_about_row = True

    @classmethod
    def read(cls, data: JsonObject, depth: int) -> Self:
        draw = data.text("draw", longest=40)
        start = data.whole("from", least=0, most=HUNDRED - 1)
        end = data.whole("to", least=1, most=HUNDRED)
        if end <= start:
            raise data.wrong("to", _("The end must be greater than the beginning."))
        return cls(draw, start, end)

    @classmethod
    def inputs(cls, values: Mapping[str, str], offers: Offers) -> Sequence[Input]:
        return [
            Input("draw", "text", _("Name of the draw"), before=pgettext("segment builder", "draw"), default="A"),
            Input("from", "whole", _("From percent"), before=pgettext("segment builder", "from"), default="0"),
            Input("to", "whole", _("To percent"), before=pgettext("segment builder", "to"), after="%", default="50"),
        ]

    def test(self, compiler: Compiler) -> exp.Expr:
        key = exp.Concat(expressions=[compiler.value(self.draw), exp.cast(compiler.column("id"), "TEXT")])
        start = exp.Literal.number(1)
        place = exp.Substring(this=exp.MD5(this=key), start=start, length=exp.Literal.number(8))
        tests: list[exp.Expr] = [exp.GTE(this=place, expression=compiler.value(_limit(self.start)))]
        if self.end < HUNDRED:
            tests.append(exp.LT(this=place.copy(), expression=compiler.value(_limit(self.end))))
        return exp.Paren(this=exp.and_(*tests, copy=False))

    def clause(self, words: Words) -> str:
        parts = {"draw": quoted_value(self.draw), "start": self.start, "end": self.end}
        return pgettext("segment", "who fall between %(start)s and %(end)s %% of draw “%(draw)s”") % parts

    def may_change_by(self, event_names: Collection[str]) -> bool:
        return True


def _limit(percent: int) -> str:
    """Return the first eight hexadecimal digits at which a percentage begins."""
    return f"{-(-percent * BUCKETS // HUNDRED):08x}"
