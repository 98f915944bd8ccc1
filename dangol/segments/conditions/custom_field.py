"""The fields that the workspace added to people and companies."""

from collections.abc import Sequence
from typing import Any, ClassVar

from sqlglot import exp

from dangol.segments.conditions.field_types import TYPES, AnyKind, choices_of, type_in_builder, type_in_row
from dangol.segments.conditions.operators import operand_text
from dangol.segments.conditions.values import Anything
from dangol.segments.contracts import (
    Attribute,
    Choice,
    Compiler,
    KnownField,
    Offers,
    Operator,
    Reference,
    Subject,
    Words,
    listed,
    quoted_value,
)
from dangol.segments.contracts.attribute import AttributeFamily


class CustomField(AttributeFamily):
    """
    A field that the workspace added: `fields.grade`.

    A defined and filterable one is looked up in its side table; any other is read from the own row as text.
    """

    prefix: ClassVar[str] = "fields"

    def __init__(self, name: str, about: Subject, known: KnownField | None = None) -> None:
        self.key = f"{self.prefix}.{name}"
        self.label = quoted_value(known.label if known else name)
        self.type = type_in_builder(known) if known else AnyKind()
        self.name = name
        self.about = about
        self.known = known

    def value(self, compiler: Compiler) -> exp.Expr:
        text = exp.JSONExtractScalar(this=compiler.column("fields"), expression=compiler.value(self.name))
        return exp.Nullif(this=exp.Paren(this=text), expression=exp.Literal.string(""))

    def test(self, operator: Operator, operand: Any, compiler: Compiler) -> exp.Expr:
        known = compiler.fields.get((self.about, self.name))
        operand = known.of_today(operand) if known else operand
        if known is None or known.side_table is None or self.stands_in_row(operator, compiler):
            return operator.test(self.value(compiler), operand, type_in_row(known), compiler)
        kind, column = TYPES[known.kind]
        rows = compiler.holders_of(known.side_table)
        return operator.test_rows(rows, exp.column(column, "field"), operand, kind, compiler)

    def stands_in_row(self, operator: Operator, compiler: Compiler) -> bool:
        """A question that the kind does not know was asked before the field was defined: of its text, in the row."""
        known = compiler.fields.get((self.about, self.name))
        if known is None or known.side_table is None:
            return True
        return operator.key not in {own.key for own in TYPES[known.kind][0].operators}

    def offered(self, offers: Offers) -> Attribute:
        known = next((field for field in offers.known if (field.about, field.key) == (offers.about, self.name)), None)
        field = CustomField(self.name, self.about, known)
        if known is None:
            field.type = Anything()
        return field

    def choices(self, offers: Offers) -> Sequence[Choice]:
        return choices_of(self.known) if self.known else ()

    def called(self, words: Words) -> str:
        known = words.fields.get((self.about, self.name))
        return quoted_value(known.label) if known else str(self.label)

    def shown(self, operand: Any, words: Words) -> str:
        if isinstance(operand, tuple):
            return listed([words.name_of(row_id) for row_id in operand])
        known = words.fields.get((self.about, self.name))
        named = {choice.value: choice.label for choice in choices_of(known)} if known else {}
        text = operand_text(known.of_today(operand) if known else operand)
        return quoted_value(named.get(text, text))

    def refers_to(self, operand: Any) -> frozenset[Reference]:
        return frozenset(("link", str(row_id)) for row_id in operand) if isinstance(operand, tuple) else frozenset()
