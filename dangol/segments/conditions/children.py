"""Children under 14, by whether a guardian agreed for them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from sqlglot import exp

from dangol.customers.queries.guardians import born_after_as_child
from dangol.kit.masking import masked_names
from dangol.segments.contracts import (
    Choice,
    Compiler,
    Condition,
    Input,
    InvalidDefinition,
    JsonObject,
    Offers,
    Problem,
    Words,
)


@dataclass(frozen=True)
class Child(Condition):
    """People who are known to be under 14, and for whom a guardian's consent stands, or does not."""

    has_guardian: bool

    kind = "child"
    label = gettext_lazy("Under 14")
    order = 55

    @classmethod
    def read(cls, data: JsonObject, depth: int) -> Self:
        return cls(data.choice("guardian", ("missing", "agreed")) == "agreed")

    @classmethod
    def inputs(cls, values: Mapping[str, str], offers: Offers) -> Sequence[Input]:
        choices = [
            Choice("missing", pgettext("segment builder", "without a guardian's consent")),
            Choice("agreed", pgettext("segment builder", "with a guardian's consent")),
        ]
        return [Input("guardian", "select", _("Guardian's consent"), choices=choices)]

    def test(self, compiler: Compiler) -> exp.Expr:
        if "born_on" in masked_names():
            raise InvalidDefinition([Problem(("guardian",), _("Your role does not show you this field."))])
        born, limit = compiler.column("born_on"), compiler.value(born_after_as_child(compiler.now))
        is_child = exp.and_(
            exp.Not(this=exp.Is(this=born, expression=exp.Null())),
            exp.GT(this=born.copy(), expression=exp.cast(limit, "DATE")),
            copy=False,
        )
        agreed = compiler.linked("customers_guardianconsent", "guardian").where(
            exp.Is(this=exp.column("withdrawn_at", "guardian"), expression=exp.Null())
        )
        guarded = compiler.is_in(agreed) if self.has_guardian else compiler.is_not_in(agreed)
        return exp.Paren(this=exp.and_(is_child, guarded, copy=False))

    def clause(self, words: Words) -> str:
        if self.has_guardian:
            return pgettext("segment", "who are under 14 with a guardian's consent")
        return pgettext("segment", "who are under 14 without a guardian's consent")

    def turns_at_midnight(self) -> bool:
        return True

    def changes_unheard(self) -> bool:
        """Guardians agree and take it back without anybody telling."""
        return True

    def may_change_by(self, event_names: Collection[str]) -> bool:
        return True
