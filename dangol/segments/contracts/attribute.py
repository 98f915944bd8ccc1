"""What is known about a person, company or record, as conditions ask for it: attributes, types of value, operators."""

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import pgettext
from sqlglot import exp

from dangol.segments.contracts.compiling import Compiler
from dangol.segments.contracts.inputs import Choice, Input, Offers
from dangol.segments.contracts.reading import JsonObject
from dangol.segments.contracts.sentences import Reference, Words, quoted_value
from dangol.segments.contracts.subject import Subject
from dangol.segments.contracts.turning import Turn

NUMBER = r"^-?[0-9]{1,15}(\.[0-9]{1,9})?$"


class ValueType(ABC):
    """How the values of an attribute are read, compared and typed in."""

    operators: ClassVar[Sequence["Operator"]] = ()
    is_exact: ClassVar[bool] = False
    """Whether the values are moments, to the second; else time passes in days."""

    def operator(self, key: str) -> "Operator":
        """Return one of this type's operators."""
        return next(operator for operator in self.operators if operator.key == key)

    def read_value(self, data: JsonObject) -> Any:
        """Read the value that people's values are compared with."""
        return data.text("value")

    def input_of(self, choices: Sequence[Choice], hints: Sequence[str]) -> Input:
        """Return the input for such a value."""
        if choices:
            return Input("value", "select", pgettext("segment builder", "Value"), choices=choices)
        return Input("value", "text", pgettext("segment builder", "Value"), hints=hints)

    @abstractmethod
    def equals(self, value: exp.Expr, operand: Any, compiler: Compiler) -> exp.Expr:
        """Test that a value is the same as the operand."""

    def number(self, value: exp.Expr) -> exp.Expr:
        """Return the value as it is compared with numbers; what is no number is not known."""
        looks_right = exp.RegexpLike(this=value.copy(), expression=exp.Literal.string(NUMBER))
        return exp.Case().when(looks_right, exp.cast(value, "DECIMAL(30, 9)"))

    def number_operand(self, operand: Any, compiler: Compiler) -> exp.Expr:
        """Return a number that values are compared with."""
        return compiler.value(operand)

    def moment(self, value: exp.Expr) -> exp.Expr:
        """Return the value as it is compared with limits of time."""
        return value

    def day_limit(self, days: int, compiler: Compiler) -> Any:
        """Return the limit of “N days ago”."""
        return compiler.days_ago(days)

    def now_limit(self, compiler: Compiler) -> Any:
        """Return the limit of “now”."""
        return compiler.now

    def begin_of(self, day: Any, compiler: Compiler) -> Any:
        """Return the first value on or after a day."""
        return compiler.midnight(day)


class Operator(ABC):
    """One way to ask. `test` is never unknown: a missing value is a plain no, unless the operator says otherwise."""

    key: ClassVar[str]
    label: ClassVar[str | Promise]
    moves_with_time: ClassVar[bool] = False
    """Whether the answer changes by the clock; then `turns_after` says when."""
    needs_reader: ClassVar[bool] = False
    """Whether the answer depends on who looks at the list."""

    @abstractmethod
    def read(self, data: JsonObject, kind: ValueType) -> Any:
        """Read the operand."""

    def inputs(
        self, kind: ValueType, choices: Sequence[Choice], hints: Sequence[str], values: Mapping[str, str]
    ) -> Sequence[Input]:
        """Return the inputs for the operand."""
        return [kind.input_of(choices, hints)]

    def turns_after(self, operand: Any) -> Sequence[dt.timedelta]:
        """Return how long after the value the answer changes."""
        return ()

    @abstractmethod
    def test(self, value: exp.Expr, operand: Any, kind: ValueType, compiler: Compiler) -> exp.Expr:
        """Compile the question to SQL."""

    def test_rows(
        self, rows: exp.Select, value: exp.Expr, operand: Any, kind: ValueType, compiler: Compiler
    ) -> exp.Expr:
        """
        Compile the question where values are rows of their own.

        :param rows: a query of one column, the id of the one who has it, a row for every value
        :param value: the value in such a row
        """
        return compiler.is_in(rows.where(self.test(value, operand, kind, compiler)))

    @abstractmethod
    def clause(self, attribute: str, operand: Any, shown: str) -> str:
        """Say the question."""


class Attribute(ABC):
    """Something known about every person, company or record. Rooms above `register` their own."""

    key: str
    label: str | Promise
    type: ValueType

    @abstractmethod
    def value(self, compiler: Compiler) -> exp.Expr:
        """Return the value for the tested row, NULL when it is not known."""

    def test(self, operator: Operator, operand: Any, compiler: Compiler) -> exp.Expr:
        """Compile a question about this attribute to a test of the row, never unknown."""
        return operator.test(self.value(compiler), operand, self.type, compiler)

    def stands_in_row(self, operator: Operator, compiler: Compiler) -> bool:
        """Whether the test reads nothing but the own row."""
        return True

    def turns(self, operator: Operator, operand: Any, compiler: Compiler) -> Sequence[Turn]:
        """Return when the answer to a question changes by the clock alone, to the second."""
        if not self.type.is_exact:
            return ()
        value, rows = self.value(compiler), compiler.ids(exp.true())
        return [Turn(rows, value, after) for after in operator.turns_after(operand)]

    def turns_at_midnight(self, operator: Operator) -> bool:
        """Whether the answer to a question may change because a new day begins."""
        return operator.moves_with_time and not self.type.is_exact

    def offered(self, offers: Offers) -> "Attribute":
        """Return the attribute as the builder of this workspace asks for it."""
        return self

    def called(self, words: Words) -> str:
        """Return the name of the attribute as a sentence says it."""
        return str(self.label)

    def choices(self, offers: Offers) -> Sequence[Choice]:
        """Return the values to choose from, or nothing when any text will do."""
        return ()

    def shown(self, operand: Any, words: Words) -> str:
        """Return an operand as people read it."""
        return quoted_value(str(operand))

    def refers_to(self, operand: Any) -> frozenset[Reference]:
        """Return the rows that an operand names."""
        return frozenset()

    def register(self, *subjects: Subject) -> None:
        """Offer the attribute in every definition, of people when nothing else is said."""
        for about in subjects or (Subject.PERSON,):
            _attributes[about.kind][self.key] = self


_attributes: dict[Subject, dict[str, Attribute]] = {kind: {} for kind in Subject.KINDS}
_families: dict[str, type["AttributeFamily"]] = {}


class AttributeFamily(Attribute):
    """Attributes that workspaces name themselves: `prefix.name`."""

    prefix: ClassVar[str] = ""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        _families[cls.prefix] = cls

    @abstractmethod
    def __init__(self, name: str, about: Subject) -> None:
        """Make the attribute of that name."""


def attributes(about: Subject = Subject.PERSON) -> Mapping[str, Attribute]:
    """Return the attributes that every workspace has, in the order of their registration."""
    return _attributes[about.kind]


def attribute_of(key: str, about: Subject = Subject.PERSON) -> Attribute | None:
    """Return an attribute by its key, also one that the workspace named itself."""
    if key in _attributes[about.kind]:
        return _attributes[about.kind][key]
    prefix, _dot, name = key.partition(".")
    family = _families.get(prefix)
    return family(name, about) if family is not None and name.strip() else None
