"""What the person did after something else, or failed to do after it."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

from django.utils.translation import gettext_lazy, npgettext, pgettext
from sqlglot import exp

from dangol.segments.conditions.deeds import Deed
from dangol.segments.conditions.operators import is_known
from dangol.segments.conditions.passing_days import LONGEST_DAYS
from dangol.segments.conditions.windows import Window
from dangol.segments.contracts import Choice, Compiler, Condition, Input, JsonObject, Offers, Turn, Words, arranged

SECONDS = {"minutes": 60, "hours": 3600, "days": 86_400}


@dataclass(frozen=True)
class Within:
    """How soon after: `number` units, or at any time after."""

    number: int = 0
    unit: str = ""

    @classmethod
    def read(cls, data: JsonObject) -> "Within":
        """Read `within` and `unit`, or neither."""
        if not data.has("within"):
            return cls()
        unit = data.choice("unit", list(SECONDS))
        most = LONGEST_DAYS * SECONDS["days"] // SECONDS[unit]
        return cls(data.whole("within", least=1, most=most), unit)

    @staticmethod
    def inputs(values: Mapping[str, str]) -> Sequence[Input]:
        """Return the inputs of the builder."""
        limited = "within" if values.get("within") else "any"
        limits = [
            Choice("within", pgettext("segment builder", "within")),
            Choice("any", pgettext("segment builder", "at any time after")),
        ]
        limit = Input(
            "limit", "select", pgettext("segment builder", "How soon"),
            choices=limits, reshapes=True, default=limited if values else "within", stored=False,
        )  # fmt: skip
        if limit.value_in(values) == "any":
            return [limit]
        units = [
            Choice("minutes", pgettext("segment builder", "minutes")),
            Choice("hours", pgettext("segment builder", "hours")),
            Choice("days", pgettext("segment builder", "days")),
        ]
        number = Input("within", "whole", pgettext("segment builder", "Number"), default="1")
        unit = Input("unit", "select", pgettext("segment builder", "Unit"), choices=units, default="days")
        return [limit, number, unit]

    @property
    def length(self) -> dt.timedelta | None:
        """How long after at most, that moment itself left out."""
        return dt.timedelta(seconds=self.number * SECONDS[self.unit]) if self.unit else None

    def phrase(self) -> str:
        """Say how soon after, or nothing."""
        words = {"count": f"{self.number:,}"}
        if self.unit == "minutes":
            return npgettext("segment", "within %(count)s minute", "within %(count)s minutes", self.number) % words
        if self.unit == "hours":
            return npgettext("segment", "within %(count)s hour", "within %(count)s hours", self.number) % words
        return (
            npgettext("segment", "within %(count)s day", "within %(count)s days", self.number) % words
            if self.unit
            else ""
        )


@dataclass(frozen=True)
class SequenceCondition(Condition):
    """
    People who did one thing in a window and another one after it, or did not do the other one after it.

    “After” is later, not at the same moment. Who still has time to do the other thing is not among those who did not.
    """

    first: Deed
    follows: bool
    then: Deed
    within: Within
    window: Window

    kind = "sequence"
    label = gettext_lazy("Did something, then something else or not")
    order = 21

    @classmethod
    def read(cls, data: JsonObject, depth: int) -> Self:
        follows = data.choice("operator", ("then", "but_not")) == "then"
        then = Deed.read(data, "then", "then_where")
        return cls(Deed.read(data), follows, then, Within.read(data), Window.read(data))

    @classmethod
    def inputs(cls, values: Mapping[str, str], offers: Offers) -> Sequence[Input]:
        operators = [
            Choice("then", pgettext("segment builder", "and then did")),
            Choice("but_not", pgettext("segment builder", "but then did not do")),
        ]
        first = Deed.name_input("event", pgettext("segment builder", "First event"), values, offers)
        operator = Input("operator", "select", pgettext("segment builder", "Question"), choices=operators)
        then = Deed.name_input("then", pgettext("segment builder", "Second event"), values, offers)
        return [
            first,
            *Window.inputs(values),
            *Deed.filter_inputs(values),
            *arranged([operator, then], pgettext("order of inputs", "operator then")),
            *Within.inputs(values),
            *Deed.filter_inputs(values, "then_where"),
        ]

    def ids(self, compiler: Compiler) -> exp.Query:
        step = exp.Subquery(this=self._steps(compiler)).as_("step")
        found = exp.Select().select(exp.column("person_id", "step")).from_(step).distinct()
        begun = exp.EQ(this=exp.column("follows", "step"), expression=exp.Literal.number(0))
        return found.where(begun, self._is_followed(compiler) if self.follows else self._is_left_alone(compiler))

    def clause(self, words: Words) -> str:
        first, then = self.first.words(words.events), self.then.words(words.events)
        parts = {
            **first,
            "window": self.window.phrase(),
            "then": then["event"],
            "then_where": then["where"],
            "within": self.within.phrase(),
        }
        if self.follows:
            said = pgettext(
                "segment", "who did “%(event)s” %(where)s %(window)s and then “%(then)s” %(then_where)s %(within)s"
            )
        else:
            said = pgettext(
                "segment", "who did “%(event)s” %(where)s %(window)s but then not “%(then)s” %(then_where)s %(within)s"
            )
        return said % parts

    def turns(self, compiler: Compiler) -> Sequence[Turn]:
        first, then = self.first.rows(compiler), self.then.rows(compiler)
        turns = [*self.window.turns(first, "event", "occurred_at"), *Window().turns(then, "event", "occurred_at")]
        if self.within.length is not None and not self.follows:
            turns.append(Turn(first, exp.column("occurred_at", "event"), self.within.length))
        return turns

    def turns_at_midnight(self) -> bool:
        return self.first.moves_with_time or self.then.moves_with_time

    def may_change_by(self, event_names: Collection[str]) -> bool:
        return self.first.is_among(event_names) or self.then.is_among(event_names)

    def _steps(self, compiler: Compiler) -> exp.Select:
        """
        Return both kinds of events, each with the moment of the nearest second event later than it.

        One pass over each person's events, from the latest to the earliest: what was passed already came later. Of
        those at the same moment the first events are passed before the second ones. A join would look at every pair.
        """
        at = exp.column("occurred_at", "deed")
        then_at = exp.Case().when(_is(exp.column("follows", "deed"), 1), at.copy())
        order = exp.Order(
            expressions=[
                exp.Ordered(this=at.copy(), desc=True, nulls_first=True),
                exp.Ordered(this=exp.column("follows", "deed"), desc=False, nulls_first=False),
            ]
        )
        passed = exp.WindowSpec(kind="ROWS", start="UNBOUNDED", start_side="PRECEDING", end=exp.Literal.number(1),
                                end_side="PRECEDING")  # fmt: skip
        over = exp.Window(
            this=exp.Min(this=then_at), partition_by=[exp.column("person_id", "deed")], order=order, spec=passed
        )
        first = self._done(self.first, 0, compiler, self.window)
        later = self._done(self.then, 1, compiler, replace(self.window, until=None))
        both = exp.union(first, later, distinct=False, copy=False)
        columns = [exp.column(name, "deed") for name in ("person_id", "occurred_at", "follows")]
        return exp.Select().select(*columns, over.as_("then_at")).from_(exp.Subquery(this=both).as_("deed"))

    def _done(self, deed: Deed, follows: int, compiler: Compiler, window: Window) -> exp.Select:
        at = exp.column("occurred_at", "event")
        marked = exp.Literal.number(follows).as_("follows")
        return deed.rows(compiler).select(at, marked).where(window.test(at.copy(), compiler))

    def _is_followed(self, compiler: Compiler) -> exp.Expr:
        then_at = exp.column("then_at", "step")
        some = is_known(then_at)
        return some if self.within.length is None else exp.LT(this=then_at.copy(), expression=self._end())

    def _is_left_alone(self, compiler: Compiler) -> exp.Expr:
        then_at = exp.column("then_at", "step")
        none = exp.Is(this=then_at, expression=exp.Null())
        if self.within.length is None:
            return none
        late = exp.Paren(this=exp.or_(none, exp.GTE(this=then_at.copy(), expression=self._end()), copy=False))
        over = exp.LTE(
            this=exp.column("occurred_at", "step"), expression=compiler.value(compiler.now - self.within.length)
        )
        return exp.and_(late, over, copy=False)

    def _end(self) -> exp.Expr:
        """Return the moment at which the time for the second event is over."""
        seconds = str(self.within.number * SECONDS[self.within.unit])
        length = exp.Interval(this=exp.Literal.string(seconds), unit=exp.var("SECOND"))
        return exp.Add(this=exp.column("occurred_at", "step"), expression=length)


def _is(column: exp.Expr, number: int) -> exp.Expr:
    return exp.EQ(this=column, expression=exp.Literal.number(number))
