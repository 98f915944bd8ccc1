"""What the person bought: how many orders, for how much, less what was given back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from sqlglot import exp

from dangol.segments.conditions.amounts import Count
from dangol.segments.conditions.windows import Window
from dangol.segments.contracts import Choice, Compiler, Condition, Input, JsonObject, Offers, Turn, Words, arranged
from dangol.ui.templatetags.words import money


@dataclass(frozen=True)
class OrderCount(Condition):
    """People with a number of orders in a window."""

    count: Count
    window: Window

    kind = "order_count"
    label = gettext_lazy("Number of orders")
    order = 30
    bounds_rights = True

    @classmethod
    def read(cls, data: JsonObject, depth: int) -> Self:
        return cls(Count.read(data), Window.read(data))

    @classmethod
    def inputs(cls, values: Mapping[str, str], offers: Offers) -> Sequence[Input]:
        return [*Count.inputs(values), *_window_inputs(values, offers)]

    def test(self, compiler: Compiler) -> exp.Expr:
        in_time = self.window.test(exp.column("placed_at", "bought"), compiler)
        return self.count.test(compiler.linked("tracking_order", "bought").where(in_time, _is_standing()), compiler)

    def clause(self, words: Words) -> str:
        parts = {"count": self.count.phrase(), "window": self.window.phrase()}
        if self.count.is_never():
            return pgettext("segment", "who never ordered %(window)s") % parts
        return pgettext("segment", "who ordered %(count)s %(window)s") % parts

    def turns(self, compiler: Compiler) -> Sequence[Turn]:
        return self.window.turns(compiler.linked("tracking_order", "bought"), "bought", "placed_at")

    def may_bound_rights(self) -> bool:
        return self.window.length is None

    def may_change_by(self, event_names: Collection[str]) -> bool:
        return True


@dataclass(frozen=True)
class OrderTotal(Condition):
    """People whose orders in a window add up to an amount of one currency. Who never bought spent nothing."""

    operator: str
    amount: Decimal
    currency: str
    window: Window

    kind = "order_total"
    label = gettext_lazy("Amount of orders")
    order = 31
    bounds_rights = True

    @classmethod
    def read(cls, data: JsonObject, depth: int) -> Self:
        operator = data.choice("operator", ("at_least", "at_most"))
        amount = data.number("value")
        if amount < 0:
            raise data.wrong("value", _("Enter an amount that is not negative."))
        currency = data.text("currency", longest=3)
        if not (len(currency) == 3 and currency.isascii() and currency.isupper()):  # noqa: PLR2004 - ISO 4217
            raise data.wrong("currency", _("Choose one of the options."))
        return cls(operator, amount, currency, Window.read(data))

    @classmethod
    def inputs(cls, values: Mapping[str, str], offers: Offers) -> Sequence[Input]:
        choices = [
            Choice("at_least", pgettext("segment builder", "at least")),
            Choice("at_most", pgettext("segment builder", "at most")),
        ]
        currency = values.get("currency") or offers.currency
        inputs = [
            Input("operator", "select", pgettext("segment builder", "How much"), choices=choices),
            Input("value", "number", _("Amount"), default="100000"),
            Input("currency", "select", _("Currency"), choices=[Choice(currency, currency)]),
        ]
        return [
            *arranged(inputs, pgettext("order of inputs", "operator value currency")),
            *_window_inputs(values, offers),
        ]

    def test(self, compiler: Compiler) -> exp.Expr:
        if self.operator == "at_most":
            return compiler.is_not_in(self._spenders(exp.GT, compiler))
        return compiler.is_in(self._spenders(exp.GTE, compiler)) if self.amount > 0 else exp.true()

    def clause(self, words: Words) -> str:
        parts = {"amount": money(self.amount, self.currency), "window": self.window.phrase()}
        if self.operator == "at_most":
            return pgettext("segment", "whose orders %(window)s add up to at most %(amount)s") % parts
        return pgettext("segment", "whose orders %(window)s add up to at least %(amount)s") % parts

    def turns(self, compiler: Compiler) -> Sequence[Turn]:
        return self.window.turns(compiler.linked("tracking_order", "bought"), "bought", "placed_at")

    def may_bound_rights(self) -> bool:
        return self.window.length is None

    def may_change_by(self, event_names: Collection[str]) -> bool:
        return True

    def _spenders(self, comparison: type[exp.Binary], compiler: Compiler) -> exp.Select:
        in_time = self.window.test(exp.column("placed_at", "bought"), compiler)
        money = exp.EQ(this=exp.column("currency", "bought"), expression=compiler.value(self.currency))
        total = exp.Sum(this=exp.column("amount", "bought"))
        orders = compiler.linked("tracking_order", "bought").where(in_time, money)
        by_person = orders.group_by(exp.column("person_id", "bought"))
        return by_person.having(comparison(this=total, expression=compiler.value(self.amount)))


def _window_inputs(values: Mapping[str, str], offers: Offers) -> Sequence[Input]:
    """Return the inputs of the window; a right is bounded by what was ever bought."""
    return () if offers.bounds_rights else Window.inputs(values)


def _is_standing() -> exp.Expr:
    """Tell whether something of an order is left: one that was given back whole counts as none."""
    nothing = exp.Literal.number(0)
    is_worth = exp.GT(this=exp.column("amount", "bought"), expression=nothing)
    return exp.Paren(this=exp.or_(is_worth, exp.EQ(this=exp.column("refunded", "bought"), expression=nothing.copy())))
