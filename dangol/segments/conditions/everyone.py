"""Everybody who is known."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import ClassVar, Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from sqlglot import exp

from dangol.segments.contracts import Compiler, Condition, JsonObject, Words


@dataclass(frozen=True)
class Everyone(Condition):
    """No condition at all."""

    kind = "everyone"
    label = gettext_lazy("Everyone")
    order = 90
    is_about_row: ClassVar[bool] = True

    @classmethod
    def read(cls, data: JsonObject, depth: int) -> Self:
        return cls()

    def test(self, compiler: Compiler) -> exp.Expr:
        return exp.true()

    def may_change_by(self, event_names: Collection[str]) -> bool:
        return True

    def clause(self, words: Words) -> str:
        return pgettext("segment", "who are known")

    def sentence(self, words: Words) -> str:
        return _("Everyone")
