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

    def ids(self, compiler: Compiler) -> exp.Query:
        inner = compiler.inside(Subject.PERSON)
        somebody = exp.Subquery(this=self.others(inner))
        theirs = inner.related_today("lives_in", "source_person_id", "theirs")
        theirs = theirs.select(exp.column("target_household_id", "theirs"), append=False)
        theirs = theirs.where(exp.In(this=exp.column("source_person_id", "theirs"), query=somebody))
        living = compiler.related_today("lives_in", "source_person_id", "living")
        return living.where(exp.In(this=exp.column("target_household_id", "living"), query=exp.Subquery(this=theirs)))

    def clause(self, words: Words) -> str:
        return pgettext("segment", "who live with somebody %(clause)s") % {"clause": finished(super().clause(words))}
