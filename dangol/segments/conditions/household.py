"""Across the household: people by those with whom they live."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext
from sqlglot import exp

from dangol.segments.conditions.groups import AboutOthers
from dangol.segments.contracts import Compiler, Subject, Words, finished


@dataclass(frozen=True)
class InHousehold(AboutOthers):
    """People who live, today, in a household in which every condition holds for somebody, perhaps for themselves."""

    kind: ClassVar[str] = "household"
    subjects = (Subject.PERSON,)
    title: ClassVar[str | Promise] = gettext_lazy("Somebody in the household for whom all of these hold")
    button: ClassVar[str | Promise] = gettext_lazy("Their household")

    def test(self, compiler: Compiler) -> exp.Expr:
        return compiler.is_in(self.ids(compiler))

    def ids(self, compiler: Compiler) -> exp.Query:
        inner = compiler.inside(Subject.PERSON)
        somebody = exp.Subquery(this=inner.ids(super().test(inner)))
        theirs = _living(inner, "theirs", exp.column("target_household_id", "theirs"))
        theirs = theirs.where(exp.In(this=exp.column("source_person_id", "theirs"), query=somebody))
        living = _living(compiler, "living", exp.column("source_person_id", "living").as_("person_id"))
        return living.where(exp.In(this=exp.column("target_household_id", "living"), query=exp.Subquery(this=theirs)))

    def clause(self, words: Words) -> str:
        return pgettext("segment", "who live with somebody %(clause)s") % {"clause": finished(super().clause(words))}


def _living(compiler: Compiler, alias: str, selected: exp.Expr) -> exp.Select:
    rows = compiler.rows("customers_relation", alias, "source_person_id").select(selected)
    lives_in = exp.EQ(this=exp.column("kind", alias), expression=compiler.value("lives_in"))
    somebody = exp.Not(this=exp.Is(this=exp.column("source_person_id", alias), expression=exp.Null()))
    return rows.where(lives_in, somebody, exp.Is(this=exp.column("until", alias), expression=exp.Null()))
