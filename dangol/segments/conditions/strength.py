"""How strong the relationship is."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

from django.utils.translation import gettext_lazy, pgettext
from sqlglot import exp

from dangol.segments.contracts import Choice, Compiler, Condition, Input, JsonObject, Offers, Words, arranged

HUNDRED = 100


@dataclass(frozen=True)
class Measured(Condition):
    """People whose measure from 0 to 100 is at least, or at most, a number. Who has none is in neither."""

    operator: str
    value: int

    @classmethod
    def read(cls, data: JsonObject, depth: int) -> Self:
        operator = data.choice("operator", ("at_least", "at_most"))
        return cls(operator, data.whole("value", least=0, most=HUNDRED))

    @classmethod
    def inputs(cls, values: Mapping[str, str], offers: Offers) -> Sequence[Input]:
        choices = [
            Choice("at_least", pgettext("segment builder", "at least")),
            Choice("at_most", pgettext("segment builder", "at most")),
        ]
        inputs = [
            Input("operator", "select", pgettext("segment builder", "How much"), choices=choices),
            Input("value", "whole", pgettext("segment builder", "Number"), default="50"),
        ]
        return arranged(inputs, pgettext("order of inputs", "operator value"))

    def changes_unheard(self) -> bool:
        return True

    def may_change_by(self, event_names: Collection[str]) -> bool:
        return True

    def _people_by(self, column: str, limit: float, compiler: Compiler) -> exp.Select:
        comparison = exp.GTE if self.operator == "at_least" else exp.LTE
        test = comparison(this=exp.column(column, "strength"), expression=compiler.value(limit))
        return compiler.linked("relations_strength", "strength").where(test)


@dataclass(frozen=True)
class StrengthCondition(Measured):
    """By relationship strength."""

    kind = "strength"
    label = gettext_lazy("Relationship strength")
    order = 50

    def ids(self, compiler: Compiler) -> exp.Query:
        return self._people_by("score", self.value, compiler)

    def clause(self, words: Words) -> str:
        parts = {"value": self.value}
        if self.operator == "at_least":
            return pgettext("segment", "whose relationship strength is at least %(value)s") % parts
        return pgettext("segment", "whose relationship strength is at most %(value)s") % parts


@dataclass(frozen=True)
class AliveCondition(Measured):
    """By the probability, in percent, of still being a regular."""

    kind = "alive"
    label = gettext_lazy("Chance of still being a regular")
    order = 51

    @classmethod
    def inputs(cls, values: Mapping[str, str], offers: Offers) -> Sequence[Input]:
        inputs = super().inputs(values, offers)
        return [replace(part, after="%") if part.name == "value" else part for part in inputs]

    def ids(self, compiler: Compiler) -> exp.Query:
        return self._people_by("alive", self.value / HUNDRED, compiler)

    def clause(self, words: Words) -> str:
        parts = {"value": self.value}
        if self.operator == "at_least":
            return pgettext("segment", "whose chance of still being a regular is at least %(value)s %%") % parts
        return pgettext("segment", "whose chance of still being a regular is at most %(value)s %%") % parts
