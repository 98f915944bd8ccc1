"""Across the relation “works at”: people by their companies, companies by their people."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext
from sqlglot import exp

from dangol.segments.conditions.groups import AboutOthers
from dangol.segments.contracts import Compiler, Subject, Words, finished


@dataclass(frozen=True)
class AcrossWork(AboutOthers):
    """Those who are joined by work, today, with one of the other side for whom every condition holds."""

    inner: ClassVar[Subject]
    here: ClassVar[str]
    there: ClassVar[str]

    @classmethod
    def inner_of(cls, about: Subject, values: Mapping[str, str]) -> Subject:
        return cls.inner

    def ids(self, compiler: Compiler) -> exp.Query:
        others = exp.Subquery(this=self.others(compiler.inside(self.inner)))
        working = compiler.related_today("works_at", self.here, "working")
        return working.where(exp.In(this=exp.column(self.there, "working"), query=others))


@dataclass(frozen=True)
class WorksAt(AcrossWork):
    """People who work at a company for which every condition holds."""

    kind: ClassVar[str] = "works_at"
    subjects = (Subject.PERSON,)
    title: ClassVar[str | Promise] = gettext_lazy("Works at a company for which all of these hold")
    button: ClassVar[str | Promise] = gettext_lazy("Their company")
    inner = Subject.COMPANY
    here = "source_person_id"
    there = "target_company_id"

    def clause(self, words: Words) -> str:
        company = finished(super().clause(words.inside(self.inner)))
        return pgettext("segment", "who work at a company %(clause)s") % {"clause": company}


@dataclass(frozen=True)
class Employs(AcrossWork):
    """Companies where somebody works for whom every condition holds."""

    kind: ClassVar[str] = "employs"
    subjects = (Subject.COMPANY,)
    title: ClassVar[str | Promise] = gettext_lazy("Somebody works there for whom all of these hold")
    button: ClassVar[str | Promise] = gettext_lazy("Their people")
    inner = Subject.PERSON
    here = "target_company_id"
    there = "source_person_id"

    def clause(self, words: Words) -> str:
        person = finished(super().clause(words.inside(self.inner)))
        return pgettext("segment", "where somebody works %(clause)s") % {"clause": person}
