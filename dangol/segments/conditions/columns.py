"""Attributes that stand in a column of people or companies."""

from collections.abc import Sequence
from typing import Any

from django.utils.functional import Promise
from sqlglot import exp

from dangol.kit.locales import COUNTRIES, LANGUAGES, country_name, language_name
from dangol.segments.contracts import Attribute, Choice, Compiler, Offers, Operator, Reference, ValueType, Words
from dangol.segments.contracts import quoted_value as quoted


class Column(Attribute):
    """A column of the tested row's table."""

    def __init__(self, key: str, label: str | Promise, kind: ValueType, *, column: str = "") -> None:
        self.key = key
        self.label = label
        self.type = kind
        self.column = column or key

    def value(self, compiler: Compiler) -> exp.Expr:
        return compiler.column(self.column)


class TextColumn(Column):
    """A column in which an empty text means that nothing is known."""

    def value(self, compiler: Compiler) -> exp.Expr:
        return exp.Nullif(this=compiler.column(self.column), expression=exp.Literal.string(""))


class LanguageColumn(TextColumn):
    """The person's language."""

    def choices(self, offers: Offers) -> Sequence[Choice]:
        return [Choice(code, language_name(code)) for code in LANGUAGES]

    def shown(self, operand: Any, words: Words) -> str:
        return quoted(language_name(str(operand)))


class CountryColumn(TextColumn):
    """The country of a person or company."""

    def choices(self, offers: Offers) -> Sequence[Choice]:
        return [Choice(code, country_name(code)) for code in COUNTRIES]

    def shown(self, operand: Any, words: Words) -> str:
        return quoted(country_name(str(operand)))


class OwnerColumn(Column):
    """The member who looks after the person or company."""

    def choices(self, offers: Offers) -> Sequence[Choice]:
        return offers.members

    def shown(self, operand: Any, words: Words) -> str:
        return quoted(words.name_of(operand))

    def refers_to(self, operand: Any) -> frozenset[Reference]:
        return frozenset({("member", str(operand))}) if operand is not None else frozenset()


class BusinessNumberColumn(TextColumn):
    """A 사업자등록번호: kept as digits alone, asked for with or without its hyphens."""

    def test(self, operator: Operator, operand: Any, compiler: Compiler) -> exp.Expr:
        digits = operand.replace("-", "") if isinstance(operand, str) else operand
        return super().test(operator, digits, compiler)
