"""Computed traits: what the workspace works out of everybody's events, under a name of its own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy
from sqlglot import exp

from dangol.segments.conditions.deeds import Deed, property_value, refuse_telling_masked
from dangol.segments.conditions.field_types import FieldNumber
from dangol.segments.conditions.operators import is_known, operand_text
from dangol.segments.conditions.values import Anything, Moment
from dangol.segments.conditions.windows import Window
from dangol.segments.contracts import (
    Attribute,
    Choice,
    Compiler,
    Input,
    InvalidDefinition,
    JsonObject,
    Offers,
    Operator,
    Reference,
    Subject,
    Turn,
    ValueType,
    Words,
    quoted_value,
)
from dangol.segments.contracts.attribute import AttributeFamily

MEASURES: Mapping[str, str | Promise] = {
    "count": pgettext_lazy("computed trait", "how often"),
    "sum": pgettext_lazy("computed trait", "the sum of"),
    "distinct": pgettext_lazy("computed trait", "how many different"),
    "first": pgettext_lazy("computed trait", "the first"),
    "last": pgettext_lazy("computed trait", "the last"),
    "most_frequent": pgettext_lazy("computed trait", "the most frequent"),
}
NUMBERS = {"count", "sum", "distinct"}
"""Measures that are zero, not unknown, of people who did nothing."""


@dataclass(frozen=True)
class TraitQuestion:
    """What is measured of an event or one of its properties. Without a property, first and last are moments."""

    measure: str
    deed: Deed
    property_name: str
    window: Window

    @classmethod
    def read(cls, data: JsonObject) -> "TraitQuestion":
        """Read the question. Raises InvalidDefinition."""
        measure = data.choice("measure", list(MEASURES))
        takes_none = measure == "count" or (measure in {"first", "last"} and not data.has("property"))
        question = cls(
            measure, Deed.read(data), "" if takes_none else data.text("property", longest=100), Window.read(data)
        )
        data.finish()
        return question

    @staticmethod
    def inputs(values: Mapping[str, str], offers: Offers) -> list[Input]:
        """Return the inputs of the form."""
        choices = [Choice(key, str(label)) for key, label in MEASURES.items()]
        measure = Input("measure", "select", _("Measure"), choices=choices, reshapes=True)
        asked = measure.value_in(values)
        label = _("Property (empty: the moment)") if asked in {"first", "last"} else _("Property")
        return [
            measure,
            *([] if asked == "count" else [Input("property", "text", label)]),
            Deed.name_input("event", _("Event"), values, offers),
            *Window.inputs(values),
            *Deed.filter_inputs(values),
        ]

    @property
    def type(self) -> ValueType:
        """How the values are compared."""
        if self.measure in NUMBERS:
            return FieldNumber()
        return Anything() if self.property_name else Moment()

    def values(self, compiler: Compiler) -> exp.Select:
        """Return `person_id` and `value` of everybody of whom there is one, in rows called `trait`."""
        rows = self.deed.rows(compiler).where(self.window.test(exp.column("occurred_at", "event"), compiler))
        measured = self._ranked(rows, compiler) if self._takes_one else self._gathered(rows, compiler)
        columns = [exp.column(name, "trait") for name in ("person_id", "value")]
        trait = exp.Select().select(*columns).from_(exp.Subquery(this=measured).as_("trait"))
        if self._takes_one:
            trait = trait.where(exp.EQ(this=exp.column("place", "trait"), expression=exp.Literal.number(1)))
        return trait.where(is_known(exp.column("value", "trait")))

    def turns(self, compiler: Compiler) -> list[Turn]:
        """Return when the value of somebody changes by the clock alone."""
        return self.window.turns(self.deed.rows(compiler), "event", "occurred_at")

    def phrase(self, events: Mapping[str, str]) -> str:
        """Say the question in one line."""
        parts = {
            "measure": str(MEASURES[self.measure]),
            "property": quoted_value(self.property_name) or self._unnamed(),
            **self.deed.words(events),
            "window": self.window.phrase(),
        }
        said = pgettext("computed trait", "%(measure)s %(property)s: “%(event)s” %(where)s %(window)s") % parts
        return " ".join(said.split())

    def _unnamed(self) -> str:
        return "" if self.measure == "count" else pgettext("computed trait", "moment")

    @property
    def _takes_one(self) -> bool:
        return self.measure == "most_frequent" or (self.measure in {"first", "last"} and bool(self.property_name))

    def _gathered(self, rows: exp.Select, compiler: Compiler) -> exp.Select:
        at = exp.column("occurred_at", "event")
        measures: Mapping[str, Callable[[], exp.Expr]] = {
            "count": lambda: exp.Count(this=exp.Star(), big_int=True),
            "sum": lambda: exp.Sum(this=Anything().number(self._property(compiler))),
            "distinct": lambda: exp.Count(this=exp.Distinct(expressions=[self._property(compiler)]), big_int=True),
            "first": lambda: exp.Min(this=at),
            "last": lambda: exp.Max(this=at),
        }
        value = measures[self.measure]().as_("value")
        return rows.select(value).group_by(exp.column("person_id", "event"))

    def _ranked(self, rows: exp.Select, compiler: Compiler) -> exp.Select:
        """Number the values of each person: by time, or the most frequent first, then the later one."""
        named = rows.select(
            self._property(compiler).as_("value"), exp.column("occurred_at", "event"), exp.column("id", "event")
        )
        person, value, at, key = (exp.column(name, "named") for name in ("person_id", "value", "occurred_at", "id"))
        known = is_known(value)
        select = exp.Select().select(person, value).from_(exp.Subquery(this=named).as_("named")).where(known)
        if self.measure == "most_frequent":
            select = select.group_by(person.copy(), value.copy())
            times = exp.Count(this=exp.Star(), big_int=True)
            order = [_falling(times), _falling(exp.Max(this=at)), _rising(value.copy())]
        else:
            order = [_rising(at) if self.measure == "first" else _falling(at), _rising(key)]
        place = exp.Window(this=exp.RowNumber(), partition_by=[person.copy()], order=exp.Order(expressions=order))
        return select.select(place.as_("place"))

    def _property(self, compiler: Compiler) -> exp.Expr:
        return property_value(exp.column("properties", "event"), self.property_name, compiler)


def _falling(value: exp.Expr) -> exp.Ordered:
    return exp.Ordered(this=value, desc=True, nulls_first=True)


def _rising(value: exp.Expr) -> exp.Ordered:
    return exp.Ordered(this=value, desc=False, nulls_first=False)


class Trait(AttributeFamily):
    """A computed trait: `traits.<id>`. Its values are never kept, so they are never stale."""

    prefix: ClassVar[str] = "traits"

    def __init__(self, name: str, about: Subject, label: str = "", kind: ValueType | None = None) -> None:
        self.key = f"{self.prefix}.{name}"
        self.id = name
        self.label = label or pgettext("name of a row", "(deleted)")
        self.type = kind or Anything()

    def value(self, compiler: Compiler) -> exp.Expr:
        return exp.column("value", "trait")

    def test(self, operator: Operator, operand: Any, compiler: Compiler) -> exp.Expr:
        question = question_of(self.id, compiler)
        if question is None or compiler.about != Subject.PERSON:
            return exp.false()
        if operator.key not in {own.key for own in question.type.operators}:
            return exp.false()
        refuse_telling_masked(question.property_name, operator, operand)
        trait = question.values(compiler)
        rows = exp.Select().select(exp.column("person_id", "trait")).from_(exp.Subquery(this=trait).as_("trait"))
        if question.measure not in NUMBERS:
            return operator.test_rows(rows, self.value(compiler), operand, question.type, compiler)
        fits = operator.test(self.value(compiler), operand, question.type, compiler)
        if not _fits_zero(operator.key, operand):
            return compiler.is_in(rows.where(fits))
        return compiler.is_not_in(rows.where(exp.Not(this=exp.Paren(this=fits))))

    def stands_in_row(self, operator: Operator, compiler: Compiler) -> bool:
        return False

    def turns(self, operator: Operator, operand: Any, compiler: Compiler) -> Sequence[Turn]:
        question = question_of(self.id, compiler)
        if question is None:
            return ()
        rows, at = question.deed.rows(compiler), exp.column("occurred_at", "event")
        return [*question.turns(compiler), *(Turn(rows, at, after) for after in operator.turns_after(operand))]

    def turns_at_midnight(self, operator: Operator) -> bool:
        """Filters of the trait may look at days, and so may the question to a property."""
        return True

    def offered(self, offers: Offers) -> Attribute:
        known = next((trait for trait in offers.traits if trait.id == self.id), None)
        if known is None:
            return self
        return Trait(self.id, offers.about, known.name, TraitQuestion.read(JsonObject(known.question)).type)

    def called(self, words: Words) -> str:
        return quoted_value(words.name_of(self.id))

    def shown(self, operand: Any, words: Words) -> str:
        return quoted_value(operand_text(operand))

    def refers_to(self, operand: Any) -> frozenset[Reference]:
        try:
            return frozenset({("trait", str(UUID(self.id)))})
        except ValueError:
            return frozenset()


def question_of(trait_id: str, compiler: Compiler) -> TraitQuestion | None:
    """Return what a trait asks; nothing when it is gone or can no longer be read."""
    known = compiler.traits.get(trait_id)
    try:
        return TraitQuestion.read(JsonObject(known.question)) if known else None
    except InvalidDefinition:
        return None


def _fits_zero(operator: str, operand: Any) -> bool:
    if operator in {"is_set", "is_empty"}:
        return operator == "is_set"
    try:
        number = Decimal(str(operand))
    except ArithmeticError:
        return operator == "is_not"
    answers = {"is": number == 0, "is_not": number != 0, "more_than": number < 0, "less_than": number > 0}
    return answers[operator]
