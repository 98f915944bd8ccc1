"""Which words stick on a person or company."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from sqlglot import exp

from dangol.segments.conditions.operators import is_known
from dangol.segments.contracts import (
    Choice,
    Compiler,
    Condition,
    Input,
    JsonObject,
    Offers,
    Reference,
    Subject,
    Words,
    arranged,
    listed,
    several_inputs,
)

MOST_TAGS = 20


@dataclass(frozen=True)
class TagCondition(Condition):
    """Those on whom at least one of the words sticks, or none of them."""

    tags: tuple[UUID, ...]
    stick: bool

    kind = "tag"
    label = gettext_lazy("Tags")
    order = 15
    subjects = (Subject.PERSON, Subject.COMPANY)
    bounds_rights = True

    @classmethod
    def read(cls, data: JsonObject, depth: int) -> Self:
        stick = data.choice("operator", ("has", "has_none")) == "has"
        return cls(data.ids("tags", most=MOST_TAGS), stick)

    @classmethod
    def inputs(cls, values: Mapping[str, str], offers: Offers) -> Sequence[Input]:
        questions = [
            Choice("has", pgettext("segment builder", "has one of")),
            Choice("has_none", pgettext("segment builder", "has none of")),
        ]
        operator = Input("operator", "select", pgettext("segment builder", "Question"), choices=questions)
        tag = Input("tags", "select", _("Tag"), choices=[Choice("", "—"), *offers.tags])
        return arranged([operator, *several_inputs(tag, values)], pgettext("order of inputs", "operator tags"))

    def test(self, compiler: Compiler) -> exp.Expr:
        return compiler.is_in(self._tagged(compiler)) if self.stick else compiler.is_not_in(self._tagged(compiler))

    def clause(self, words: Words) -> str:
        parts = {"tags": listed([words.name_of(tag) for tag in self.tags])}
        if self.stick:
            return pgettext("segment", "tagged %(tags)s") % parts
        return pgettext("segment", "not tagged %(tags)s") % parts

    def changes_unheard(self) -> bool:
        """Tags come and go without anybody telling."""
        return True

    def may_change_by(self, event_names: Collection[str]) -> bool:
        return True

    def refers_to(self) -> frozenset[Reference]:
        return frozenset(("tag", str(tag)) for tag in self.tags)

    def _tagged(self, compiler: Compiler) -> exp.Select:
        those = exp.In(this=exp.column("tag_id", "tagging"), expressions=[compiler.value(tag) for tag in self.tags])
        somebody = is_known(exp.column(compiler.about.link, "tagging"))
        return compiler.linked("customers_tagging", "tagging").where(those, somebody)
