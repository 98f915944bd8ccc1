"""What the person did, how often, and when."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from sqlglot import exp

from dangol.segments.conditions.amounts import Count
from dangol.segments.conditions.deeds import Deed
from dangol.segments.conditions.windows import Window
from dangol.segments.contracts import Compiler, Condition, Input, JsonObject, Offers, Turn, Words


@dataclass(frozen=True)
class EventCondition(Condition):
    """People who did something a number of times in a window."""

    deed: Deed
    count: Count
    window: Window

    kind = "event"
    label = gettext_lazy("Did something")
    order = 20

    @classmethod
    def read(cls, data: JsonObject, depth: int) -> Self:
        return cls(Deed.read(data), Count.read(data), Window.read(data))

    @classmethod
    def inputs(cls, values: Mapping[str, str], offers: Offers) -> Sequence[Input]:
        return [
            Deed.name_input("event", _("Event"), values, offers),
            *Count.inputs(values),
            *Window.inputs(values),
            *Deed.filter_inputs(values),
        ]

    def test(self, compiler: Compiler) -> exp.Expr:
        in_time = self.window.test(exp.column("occurred_at", "event"), compiler)
        return self.count.test(self.deed.rows(compiler).where(in_time), compiler)

    def clause(self, words: Words) -> str:
        parts = {**self.deed.words(words.events), "count": self.count.phrase(), "window": self.window.phrase()}
        if self.count.is_never():
            return pgettext("segment", "who never did “%(event)s” %(where)s %(window)s") % parts
        return pgettext("segment", "who did “%(event)s” %(where)s %(count)s %(window)s") % parts

    def turns(self, compiler: Compiler) -> Sequence[Turn]:
        return self.window.turns(self.deed.rows(compiler), "event", "occurred_at")

    def turns_at_midnight(self) -> bool:
        return self.deed.moves_with_time

    def may_change_by(self, event_names: Collection[str]) -> bool:
        return self.deed.is_among(event_names)
