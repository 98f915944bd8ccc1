"""The base class of every kind of condition, and the register of kinds."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from sqlglot import exp

from dangol.segments.contracts.compiling import Compiled, Compiler
from dangol.segments.contracts.inputs import Input, Offers
from dangol.segments.contracts.reading import InvalidDefinition, JsonObject, Path, Problem
from dangol.segments.contracts.sentences import Reference, Words, finished
from dangol.segments.contracts.subject import Subject
from dangol.segments.contracts.turning import Turn

DEEPEST = 5
MOST_CONDITIONS = 50


@dataclass(frozen=True)
class Condition(ABC):
    """
    A set of people, companies or records. A subclass with a `kind` registers itself.

    It must override `test` (when it can be asked of one row) or `ids` (when it is a set of its own).
    """

    kind: ClassVar[str] = ""
    label: ClassVar[str | Promise] = ""
    button: ClassVar[str | Promise] = ""
    """For a group that leads to others: how the builder offers it."""
    order: ClassVar[int] = 100
    subjects: ClassVar[Collection[Subject]] = (Subject.PERSON,)
    """About whom it can be asked."""
    bounds_rights: ClassVar[bool] = False
    """Whether such a condition can say whom a right reaches."""
    is_about_row: ClassVar[bool] = False
    """Whether `test` reads nothing but the own row."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if cls.__dict__.get("kind"):
            _kinds[cls.kind] = cls

    @classmethod
    @abstractmethod
    def read(cls, data: JsonObject, depth: int) -> Self:
        """Read the condition from its JSON. Raises InvalidDefinition."""

    @abstractmethod
    def clause(self, words: Words) -> str:
        """Say the condition as a relative clause in the active language: “whose city is Seoul”."""

    @classmethod
    def called(cls, about: Subject) -> str:
        """Return how the builder offers the kind."""
        return str(cls.label)

    @classmethod
    def is_offered(cls, offers: Offers) -> bool:
        """Whether this workspace has what the condition asks for."""
        return True

    @classmethod
    def inner_of(cls, about: Subject, values: Mapping[str, str]) -> Subject:
        """Return whom the conditions inside are about; `values` is what the inputs show."""
        return about

    @classmethod
    def inputs(cls, values: Mapping[str, str], offers: Offers) -> Sequence[Input]:
        """Return the inputs of the builder for what is filled in so far."""
        return ()

    def test(self, compiler: Compiler) -> exp.Expr:
        """Compile to a test of the row, never unknown."""
        return compiler.is_in(self.ids(compiler))

    def test_not(self, compiler: Compiler) -> exp.Expr:
        """Compile to the opposite test."""
        return (
            exp.Not(this=exp.Paren(this=self.test(compiler)))
            if compiler.is_by_row or self.is_plain(compiler)
            else compiler.is_not_in(self.ids(compiler))
        )

    def ids(self, compiler: Compiler) -> exp.Query:
        """Compile to a set of ids."""
        return compiler.ids(self.test(compiler))

    def is_plain(self, compiler: Compiler) -> bool:
        """Whether the test of this very condition reads nothing but the own row."""
        return self.is_about_row

    def parts(self) -> Sequence["Condition"]:
        """The conditions directly inside."""
        return ()

    def walk(self) -> Iterator["Condition"]:
        """Yield this condition and all inside it."""
        yield self
        for part in self.parts():
            yield from part.walk()

    def turns(self, compiler: Compiler) -> Sequence[Turn]:
        """When somebody comes or goes by the clock alone, to the second."""
        return [turn for part in self.parts() for turn in part.turns(compiler)]

    def turns_at_midnight(self) -> bool:
        """Whether somebody may come or go because a new day begins in the workspace's zone."""
        return any(part.turns_at_midnight() for part in self.parts())

    def changes_unheard(self) -> bool:
        """Whether somebody comes or goes without anybody telling, so that one has to look every now and then."""
        return any(part.changes_unheard() for part in self.parts())

    def may_change_by(self, event_names: Collection[str]) -> bool:
        """Whether somebody may come or go because they did these things."""
        return any(part.may_change_by(event_names) for part in self.parts())

    def may_bound_rights(self) -> bool:
        """Whether it can say whom a right reaches: it asks of the row itself, and neither by the clock nor who asks."""
        return self.bounds_rights

    def needs_reader(self) -> bool:
        """Whether who is meant depends on who looks at the list."""
        return any(part.needs_reader() for part in self.parts())

    def refers_to(self) -> frozenset[Reference]:
        """The rows that the condition names."""
        return frozenset().union(*(part.refers_to() for part in self.parts()))

    def sentence(self, words: Words) -> str:
        """Say the whole set: “People whose city is Seoul”."""
        parts = {"clause": finished(self.clause(words)), "objects": words.records_called(words.about, many=True)}
        if words.about.kind == Subject.RECORD:
            return pgettext("segment", "%(objects)s %(clause)s") % parts
        if words.about == Subject.COMPANY:
            return _("Companies %(clause)s") % parts
        return _("People %(clause)s") % parts

    def compiled(self, compiler: Compiler) -> Compiled:
        """Compile the whole set."""
        return Compiled(compiler.ids(self.test(compiler)), compiler.values)


_kinds: dict[str, type[Condition]] = {}


def condition_classes(about: Subject = Subject.PERSON) -> list[type[Condition]]:
    """Return every kind that is not a group, as the builder lists them."""
    asked = (kind for kind in _kinds.values() if kind.label and about.kind in kind.subjects)
    return sorted(asked, key=lambda kind: kind.order)


def condition_of(kind: str) -> type[Condition] | None:
    """Return the class of a kind."""
    return _kinds.get(kind)


def read_condition(data: object, path: Path = (), depth: int = 1, about: Subject = Subject.PERSON) -> Condition:
    """Read one condition of any kind. Raises InvalidDefinition."""
    if depth > DEEPEST:
        raise InvalidDefinition([Problem(path, _("Groups can be nested %(deepest)s deep.") % {"deepest": DEEPEST})])
    reader = JsonObject(data, path, about)
    known = [kind for kind, cls in _kinds.items() if about.kind in cls.subjects]
    condition = _kinds[reader.choice("kind", known)].read(reader, depth)
    reader.finish()
    return condition


def read_definition(data: object, about: Subject = Subject.PERSON) -> Condition:
    """
    Read a whole definition.

    :param about: whom it describes

    :raises InvalidDefinition: with every problem found, each with its path
    """
    condition = read_condition(data, about=about)
    if sum(1 for _part in condition.walk()) > MOST_CONDITIONS:
        message = _("Use at most %(most)s conditions.") % {"most": MOST_CONDITIONS}
        raise InvalidDefinition([Problem((), message)])
    return condition
