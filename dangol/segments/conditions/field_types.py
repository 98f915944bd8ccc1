"""How the values of defined custom fields are asked for, in the builder and in the side table."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy, pgettext
from sqlglot import exp

from dangol.customers.enums import FieldKind
from dangol.customers.models.field import LINKS
from dangol.segments.conditions.operators import (
    After,
    Before,
    Contains,
    Is,
    IsEmpty,
    IsNoneOf,
    IsNot,
    IsOneOf,
    IsSet,
    LessThan,
    MoreThan,
    StartsWith,
)
from dangol.segments.conditions.passing_days import AnniversaryInNextDays, InLastDays, InNextDays, MoreThanDaysAgo
from dangol.segments.conditions.values import Anything, Code, Text
from dangol.segments.contracts import Choice, Compiler, Input, KnownField, Operator, ValueType

YES_OR_NO = (("true", gettext_lazy("Yes")), ("false", gettext_lazy("No")))


class FieldText(Anything):
    """Words. In the side table they stand in lower case."""

    operators: ClassVar[Sequence[Operator]] = Text.operators

    def equals(self, value: exp.Expr, operand: Any, compiler: Compiler) -> exp.Expr:
        return exp.EQ(this=value, expression=exp.Lower(this=compiler.value(str(operand))))


class FieldChoice(FieldText):
    """One of the field's words, or one among several."""

    operators: ClassVar[Sequence[Operator]] = Code.operators


class FieldNumber(Anything):
    """A number, compared as a number in the side table."""

    operators: ClassVar[Sequence[Operator]] = (Is(), IsNot(), MoreThan(), LessThan(), IsSet(), IsEmpty())

    def input_of(self, choices: Sequence[Choice], hints: Sequence[str]) -> Input:
        return Input("value", "number", pgettext("segment builder", "Number"))

    def number(self, value: exp.Expr) -> exp.Expr:
        return value

    def number_operand(self, operand: Any, compiler: Compiler) -> exp.Expr:
        return compiler.value(float(operand))

    def equals(self, value: exp.Expr, operand: Any, compiler: Compiler) -> exp.Expr:
        try:
            return exp.EQ(this=value, expression=compiler.value(float(Decimal(str(operand)))))
        except ArithmeticError:
            return exp.false()


class FieldDay(Anything):
    """A day, kept as words that sort as days do."""

    operators: ClassVar[Sequence[Operator]] = (
        Before(), After(), InLastDays(), MoreThanDaysAgo(), InNextDays(), AnniversaryInNextDays(),
        Is(), IsNot(), IsSet(), IsEmpty()
    )  # fmt: skip

    def input_of(self, choices: Sequence[Choice], hints: Sequence[str]) -> Input:
        return Input("value", "date", pgettext("segment builder", "Date"))

    def moment(self, value: exp.Expr) -> exp.Expr:
        return value

    def equals(self, value: exp.Expr, operand: Any, compiler: Compiler) -> exp.Expr:
        return exp.EQ(this=value, expression=compiler.value(str(operand)))


class FieldLink(Anything):
    """The id of another row."""

    operators: ClassVar[Sequence[Operator]] = (IsOneOf(), IsNoneOf(), IsSet(), IsEmpty())

    def equals(self, value: exp.Expr, operand: Any, compiler: Compiler) -> exp.Expr:
        return exp.EQ(this=value, expression=compiler.value(operand))


class AnyKind(Anything):
    """Whatever the kind is: a definition is read without knowing it."""

    operators: ClassVar[Sequence[Operator]] = (*Anything.operators, IsOneOf(), IsNoneOf())


class FieldPresence(Anything):
    """A file: there or not."""

    operators: ClassVar[Sequence[Operator]] = (IsSet(), IsEmpty())


class FieldLongText(Anything):
    """Many words, never in the side table."""

    operators: ClassVar[Sequence[Operator]] = (Contains(), StartsWith(), IsSet(), IsEmpty())


TYPES: Mapping[str, tuple[ValueType, str]] = {
    FieldKind.TEXT: (FieldText(), "words"),
    FieldKind.URL: (FieldText(), "words"),
    FieldKind.LONG_TEXT: (FieldLongText(), "words"),
    FieldKind.CHOICE: (FieldChoice(), "words"),
    FieldKind.CHOICES: (FieldChoice(), "words"),
    FieldKind.BOOLEAN: (FieldChoice(), "words"),
    FieldKind.NUMBER: (FieldNumber(), "number"),
    FieldKind.MONEY: (FieldNumber(), "number"),
    FieldKind.DATE: (FieldDay(), "words"),
    FieldKind.PERSON: (FieldLink(), "link"),
    FieldKind.COMPANY: (FieldLink(), "link"),
    FieldKind.RECORD: (FieldLink(), "link"),
    FieldKind.FILE: (FieldPresence(), "words"),
}
"""How a kind is asked for, and in which column of the side table it stands."""


class LinkInRow(Anything):
    """The id of another row, as text."""

    def equals(self, value: exp.Expr, operand: Any, compiler: Compiler) -> exp.Expr:
        return super().equals(value, str(operand), compiler)


class OneOfSeveral(Anything):
    """The text of a JSON list of words: `["tea", "rice"]`. Choices hold neither quotes nor backslashes."""

    def equals(self, value: exp.Expr, operand: Any, compiler: Compiler) -> exp.Expr:
        word = compiler.value(f'"{operand}"')
        place = exp.StrPosition(this=exp.Lower(this=value), substr=exp.Lower(this=word))
        return exp.GT(this=place, expression=exp.Literal.number(0))


def type_in_builder(known: KnownField) -> ValueType:
    """Return how the builder asks for a field."""
    return TYPES[known.kind][0]


def type_in_row(known: KnownField | None) -> ValueType:
    """Return how a value in the own row is compared: as text, or as what the text looks like."""
    if known is None:
        return Anything()
    in_row = {FieldKind.CHOICES.value: OneOfSeveral(), **dict.fromkeys(LINKS, LinkInRow())}
    return in_row.get(known.kind, Anything())


def choices_of(known: KnownField) -> list[Choice]:
    """Return what can be chosen for a field."""
    if known.kind == FieldKind.BOOLEAN:
        return [Choice(value, str(label)) for value, label in YES_OR_NO]
    former = known.former_choices
    return [Choice(one, one, {word for word, heir in former.items() if heir == one}) for one in known.choices]
