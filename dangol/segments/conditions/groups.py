"""Groups: all of these, any of these, none of these."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import ClassVar, Self

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from sqlglot import exp

from dangol.segments.contracts import (
    Compiler,
    Condition,
    InvalidDefinition,
    JsonObject,
    Junction,
    Problem,
    Subject,
    Turn,
    Words,
    finished,
    joined,
)
from dangol.segments.contracts.condition import MOST_CONDITIONS, read_condition


@dataclass(frozen=True)
class Group(Condition):
    """Conditions that are asked together."""

    conditions: tuple[Condition, ...]
    junction: ClassVar[Junction]
    subjects = Subject.KINDS
    bounds_rights: ClassVar[bool] = True
    is_closed: ClassVar[bool] = False
    """Whether its clause says something of its own around the clauses: it needs no brackets inside another group."""

    @classmethod
    def read(cls, data: JsonObject, depth: int) -> Self:
        return cls(read_parts(data, depth, cls.inner_of(data.about, {})))

    def parts(self) -> Sequence[Condition]:
        return self.conditions

    def is_plain(self, compiler: Compiler) -> bool:
        return all(part.is_plain(compiler) for part in self.conditions)

    def clause(self, words: Words) -> str:
        if len(self.conditions) == 1:
            return self.conditions[0].clause(words)
        return joined([_inner_clause(part, words) for part in self.conditions], self.junction)

    def sentence(self, words: Words) -> str:
        if len(self.conditions) == 1 and not self.is_closed:
            return self.conditions[0].sentence(words)
        return super().sentence(words)


@dataclass(frozen=True)
class AllOf(Group):
    """People for whom every condition holds."""

    kind: ClassVar[str] = "all"
    junction: ClassVar[Junction] = Junction.AND

    def test(self, compiler: Compiler) -> exp.Expr:
        return exp.Paren(this=exp.and_(*(part.test(compiler) for part in self.conditions), copy=False))


@dataclass(frozen=True)
class AnyOf(Group):
    """People for whom at least one condition holds."""

    kind: ClassVar[str] = "any"
    junction: ClassVar[Junction] = Junction.OR

    def test(self, compiler: Compiler) -> exp.Expr:
        if compiler.is_by_row or self.is_plain(compiler):
            return exp.Paren(this=exp.or_(*(part.test(compiler) for part in self.conditions), copy=False))
        return super().test(compiler)

    def ids(self, compiler: Compiler) -> exp.Query:
        """Unite sets. An OR of sub-queries would make PostgreSQL look at every person with every sub-query."""
        plain = [part for part in self.conditions if part.is_plain(compiler)]
        sets = [part.ids(compiler) for part in self.conditions if not part.is_plain(compiler)]
        if plain:
            sets.append(compiler.ids(exp.or_(*(part.test(compiler) for part in plain), copy=False)))
        return reduce(lambda left, right: exp.union(left, right, distinct=True, copy=False), sets)


@dataclass(frozen=True)
class NoneOf(Group):
    """People for whom none of the conditions holds, those of whom nothing is known included."""

    kind: ClassVar[str] = "not"
    junction: ClassVar[Junction] = Junction.OR
    is_closed: ClassVar[bool] = True

    def test(self, compiler: Compiler) -> exp.Expr:
        return exp.Paren(this=exp.and_(*(part.test_not(compiler) for part in self.conditions), copy=False))

    def clause(self, words: Words) -> str:
        parts = {"clause": finished(super().clause(words))}
        if words.about.kind == Subject.RECORD:
            return pgettext("segment", "that are not among those %(clause)s") % parts
        if words.about == Subject.COMPANY:
            return pgettext("segment", "that are not among companies %(clause)s") % parts
        return pgettext("segment", "who are not among people %(clause)s") % parts


@dataclass(frozen=True)
class AboutOthers(Group):
    """Those who have to do with others, of a kind of their own, for whom every condition holds."""

    junction: ClassVar[Junction] = Junction.AND
    bounds_rights: ClassVar[bool] = False
    is_closed: ClassVar[bool] = True

    def others(self, compiler: Compiler) -> exp.Select:
        """Return the ids of the others; where nothing is asked of them, of all."""
        return compiler.ids(AllOf(self.conditions).test(compiler) if self.conditions else exp.true())

    def is_plain(self, compiler: Compiler) -> bool:
        return False

    def turns(self, compiler: Compiler) -> Sequence[Turn]:
        """The moments of the others are not theirs."""
        return ()

    def changes_unheard(self) -> bool:
        """The others come, change and go without anybody telling."""
        return True

    def may_change_by(self, event_names: Collection[str]) -> bool:
        return True


def read_parts(data: JsonObject, depth: int, about: Subject) -> tuple[Condition, ...]:
    """Read every part, and gather the problems of all of them."""
    parts: list[Condition] = []
    problems: list[Problem] = []
    for place, part in enumerate(data.objects("conditions", most=MOST_CONDITIONS)):
        try:
            parts.append(read_condition(part, (*data.path, "conditions", place), depth + 1, about))
        except InvalidDefinition as refusal:
            problems.extend(refusal.problems)
    if not parts and not problems:
        raise data.wrong("conditions", _("Add at least one condition."))
    if problems:
        raise InvalidDefinition(problems)
    return tuple(parts)


def _inner_clause(part: Condition, words: Words) -> str:
    """Put a group of several into brackets."""
    if len(part.parts()) <= 1 or (isinstance(part, Group) and part.is_closed):
        return part.clause(words)
    if words.about.kind == Subject.RECORD:
        return pgettext("group of clauses about records", "(%(clauses)s)") % {"clauses": finished(part.clause(words))}
    if words.about == Subject.COMPANY:
        return pgettext("group of clauses about companies", "(%(clauses)s)") % {"clauses": finished(part.clause(words))}
    return pgettext("group of clauses", "(%(clauses)s)") % {"clauses": finished(part.clause(words))}
