"""The attributes that every person has, and the custom fields."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar

from babel import Locale, UnknownLocaleError
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from sqlglot import exp

from dangol.segments.conditions.field_types import TYPES, choices_of, type_in_builder, type_in_row
from dangol.segments.conditions.values import Anything, Code, Colleague, Day, Moment, Text
from dangol.segments.contracts import (
    PERSON,
    Attribute,
    Choice,
    Compiler,
    KnownField,
    Offers,
    Operator,
    ValueType,
    Words,
    quoted_value,
)
from dangol.segments.contracts.attribute import AttributeFamily

NAMED_LANGUAGES = ("ko", "en", "ja", "zh", "vi", "th", "de", "fr", "es")
NAMED_COUNTRIES = ("KR", "US", "JP", "CN", "TW", "VN", "TH", "SG", "GB", "DE", "FR", "CA", "AU")


class Column(Attribute):
    """A column of the people table."""

    def __init__(self, key: str, label: str | Promise, kind: ValueType, *, column: str = "") -> None:
        self.key = key
        self.label = label
        self.type = kind
        self.column = column or key

    def value(self, compiler: Compiler) -> exp.Expr:
        return exp.column(self.column, PERSON)


class TextColumn(Column):
    """A column in which an empty text means that nothing is known."""

    def value(self, compiler: Compiler) -> exp.Expr:
        return exp.Nullif(this=exp.column(self.column, PERSON), expression=exp.Literal.string(""))


class LanguageColumn(TextColumn):
    """The person's language."""

    def choices(self, offers: Offers) -> Sequence[Choice]:
        return [Choice(code, _locale().languages.get(code, code)) for code in NAMED_LANGUAGES]

    def shown(self, operand: Any, words: Words) -> str:
        return quoted_value(_locale().languages.get(str(operand), str(operand)))


class CountryColumn(TextColumn):
    """The person's country."""

    def choices(self, offers: Offers) -> Sequence[Choice]:
        return [Choice(code, _locale().territories.get(code, code)) for code in NAMED_COUNTRIES]

    def shown(self, operand: Any, words: Words) -> str:
        return quoted_value(_locale().territories.get(str(operand), str(operand)))


class OwnerColumn(Column):
    """The member who looks after the person."""

    def choices(self, offers: Offers) -> Sequence[Choice]:
        return offers.members

    def shown(self, operand: Any, words: Words) -> str:
        return quoted_value(words.name_of(operand))

    def refers_to(self, operand: Any) -> frozenset[str]:
        return frozenset({str(operand)}) if operand is not None else frozenset()


class CustomField(AttributeFamily):
    """
    A field that the workspace added: `fields.grade`.

    A defined and filterable one is looked up in its side table; any other is read from the person's row as text.
    """

    prefix: ClassVar[str] = "fields"

    def __init__(self, name: str, known: KnownField | None = None) -> None:
        self.key = f"{self.prefix}.{name}"
        self.label = quoted_value(known.label if known else name)
        self.type = type_in_builder(known) if known else Anything()
        self.name = name
        self.known = known

    def value(self, compiler: Compiler) -> exp.Expr:
        text = exp.JSONExtractScalar(this=exp.column("fields", PERSON), expression=compiler.value(self.name))
        return exp.Nullif(this=exp.Paren(this=text), expression=exp.Literal.string(""))

    def test(self, operator: Operator, operand: Any, compiler: Compiler) -> exp.Expr:
        known = compiler.fields.get(self.name)
        if known is None or known.side_table is None or self.stands_in_row(operator, compiler):
            return operator.test(self.value(compiler), operand, type_in_row(known), compiler)
        kind, column = TYPES[known.kind]
        rows = compiler.holders_of(known.side_table)
        return operator.test_rows(rows, exp.column(column, "field"), operand, kind, compiler)

    def stands_in_row(self, operator: Operator, compiler: Compiler) -> bool:
        """A question that the kind does not know was asked before the field was defined: of its text, in the row."""
        known = compiler.fields.get(self.name)
        if known is None or known.side_table is None:
            return True
        return operator.key not in {own.key for own in TYPES[known.kind][0].operators}

    def offered(self, offers: Offers) -> Attribute:
        known = next((field for field in offers.known if field.key == self.name), None)
        return CustomField(self.name, known)

    def choices(self, offers: Offers) -> Sequence[Choice]:
        return choices_of(self.known) if self.known else ()

    def called(self, words: Words) -> str:
        known = words.fields.get(self.name)
        return quoted_value(known.label) if known else str(self.label)

    def shown(self, operand: Any, words: Words) -> str:
        known = words.fields.get(self.name)
        named = {choice.value: choice.label for choice in choices_of(known)} if known else {}
        text = f"{operand:,f}" if isinstance(operand, Decimal) else str(operand)
        return quoted_value(named.get(text, text))


def _locale() -> Locale:
    try:
        return Locale.parse((get_language() or "en").replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")


TextColumn("city", pgettext_lazy("attribute", "city"), Text()).register()
TextColumn("name", pgettext_lazy("attribute", "name"), Text()).register()
TextColumn("email", pgettext_lazy("attribute", "e-mail"), Text()).register()
TextColumn("phone", pgettext_lazy("attribute", "phone"), Text()).register()
LanguageColumn("language", pgettext_lazy("attribute", "language"), Code()).register()
CountryColumn("country", pgettext_lazy("attribute", "country"), Code()).register()
Column("born_on", pgettext_lazy("attribute", "date of birth"), Day()).register()
TextColumn("origin", pgettext_lazy("attribute", "origin"), Text()).register()
Column("last_seen_at", pgettext_lazy("attribute", "last visit"), Moment()).register()
Column("created_at", pgettext_lazy("attribute", "day of joining"), Moment()).register()
OwnerColumn("owner", pgettext_lazy("attribute", "owner"), Colleague(), column="owner_id").register()
