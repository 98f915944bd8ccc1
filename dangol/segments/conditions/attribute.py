"""What is known about the person, company or record."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from sqlglot import exp

from dangol.kit.masking import OWN_FIELD, masked_names
from dangol.segments.contracts import (
    Attribute,
    Choice,
    Compiler,
    Condition,
    Input,
    InvalidDefinition,
    JsonObject,
    Offers,
    Operator,
    Problem,
    Reference,
    Subject,
    Turn,
    Words,
    attribute_of,
    attributes,
)

BOUNDING = frozenset({"city", "country", "language"})
"""The attributes that can say whom a right reaches, beside the fields that the workspace defined."""


@dataclass(frozen=True)
class AttributeCondition(Condition):
    """An attribute compared with an operand."""

    attribute: Attribute
    operator: Operator
    operand: Any

    kind = "attribute"
    label = gettext_lazy("The person")
    order = 10
    subjects = Subject.KINDS
    bounds_rights = True
    is_about_row = True

    @classmethod
    def read(cls, data: JsonObject, depth: int) -> Self:
        attribute = attribute_of(data.text("attribute"), data.about)
        if attribute is None:
            raise data.wrong("attribute", _("Choose one of the options."))
        key = data.choice("operator", [operator.key for operator in attribute.type.operators])
        operator = attribute.type.operator(key)
        return cls(attribute, operator, operator.read(data, attribute.type))

    @classmethod
    def inputs(cls, values: Mapping[str, str], offers: Offers) -> Sequence[Input]:
        key = values.get("attribute", "")
        found = attribute_of(key, offers.about) or next(iter(attributes(offers.about).values()))
        attribute = found.offered(offers)
        kinds = [kind for kind in attribute.type.operators if _is_offered(kind, offers)]
        asked = values.get("operator", "")
        operator = next((operator for operator in kinds if operator.key == asked), kinds[0])
        hints = offers.hints(attribute.key)
        return [
            Input("attribute", "select", _("Attribute"), choices=_attribute_choices(key, offers), reshapes=True),
            Input(
                "operator",
                "select",
                pgettext("segment builder", "Question"),
                choices=[Choice(operator.key, str(operator.label)) for operator in kinds],
                reshapes=True,
            ),
            *operator.inputs(attribute.type, attribute.choices(offers), hints, values),
        ]

    @classmethod
    def called(cls, about: Subject) -> str:
        if about.kind == Subject.RECORD:
            return pgettext("segment builder", "The record")
        return _("The company") if about == Subject.COMPANY else super().called(about)

    def test(self, compiler: Compiler) -> exp.Expr:
        """Test the attribute, unless it is masked for who asks: a count would tell what the page does not."""
        if compiler.about == Subject.PERSON and self.attribute.key.replace("fields.", OWN_FIELD) in masked_names():
            raise InvalidDefinition([Problem(("attribute",), _("Your role does not show you this field."))])
        return self.attribute.test(self.operator, self.operand, compiler)

    def is_plain(self, compiler: Compiler) -> bool:
        return self.attribute.stands_in_row(self.operator, compiler)

    def clause(self, words: Words) -> str:
        shown = self.attribute.shown(self.operand, words)
        return self.operator.clause(self.attribute.called(words), self.operand, shown)

    def turns(self, compiler: Compiler) -> Sequence[Turn]:
        return self.attribute.turns(self.operator, self.operand, compiler)

    def turns_at_midnight(self) -> bool:
        return self.attribute.turns_at_midnight(self.operator)

    def may_change_by(self, event_names: Collection[str]) -> bool:
        return True

    def may_bound_rights(self) -> bool:
        key = self.attribute.key
        is_steady = not (self.operator.needs_reader or self.operator.moves_with_time or self.refers_to())
        return is_steady and (key in BOUNDING or key.startswith("fields."))

    def needs_reader(self) -> bool:
        return self.operator.needs_reader

    def refers_to(self) -> frozenset[Reference]:
        return self.attribute.refers_to(self.operand)


def _is_offered(operator: Operator, offers: Offers) -> bool:
    if offers.bounds_rights and operator.moves_with_time:
        return False
    return offers.has_reader or not operator.needs_reader


def _attribute_choices(key: str, offers: Offers) -> list[Choice]:
    about = offers.about
    core = [
        Choice(attribute.key, str(attribute.label))
        for attribute in attributes(about).values()
        if attribute.key in BOUNDING or not offers.bounds_rights
    ]
    custom = [Choice(f"fields.{field.key}", field.label) for field in offers.known if field.about == about]
    if offers.bounds_rights:
        return [*core, *custom]
    if about == Subject.PERSON:
        custom += [Choice(f"traits.{trait.id}", trait.name) for trait in offers.traits]
    custom += [Choice(f"fields.{name}", name) for name in offers.fields if about == Subject.PERSON]
    known = {choice.value for choice in (*core, *custom)}
    other = [Choice(key, str(found.label))] if key not in known and (found := attribute_of(key, about)) else []
    return [*core, *custom, *other]
