"""Who is on a list that somebody brought along."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from sqlglot import exp

from dangol.segments.contracts import Compiler, Condition, Input, JsonObject, Offers, Reference, Words, quoted_value


@dataclass(frozen=True)
class OnList(Condition):
    """People of an imported list. It stays as it was brought."""

    list: UUID

    kind = "listed"
    label = gettext_lazy("On an imported list")
    order = 61

    @classmethod
    def read(cls, data: JsonObject, depth: int) -> Self:
        return cls(data.id("list"))

    @classmethod
    def inputs(cls, values: Mapping[str, str], offers: Offers) -> Sequence[Input]:
        return [Input("list", "select", _("List"), choices=offers.lists)]

    def ids(self, compiler: Compiler) -> exp.Query:
        this = exp.EQ(this=exp.column("list_id", "listed"), expression=compiler.value(self.list))
        return compiler.linked("segments_listedperson", "listed").where(this)

    def clause(self, words: Words) -> str:
        return pgettext("segment", "who are on the list “%(name)s”") % {"name": quoted_value(words.name_of(self.list))}

    def refers_to(self) -> frozenset[Reference]:
        return frozenset({("list", str(self.list))})
