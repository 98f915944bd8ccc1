"""
Sentences about people, in Korean and English.

English clauses join as they are. A Korean clause ends in a verb whose form depends on what follows, and particles
depend on the word before: the Korean messages write both in angle brackets, `%(attribute)s⟨이/가⟩ %(value)s⟨이다⟩`,
and these functions put the fitting form there. English messages have no brackets, so nothing happens to them.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from django.utils.translation import pgettext

from dangol.kit.korean import with_particle
from dangol.segments.contracts.known_field import KnownField
from dangol.segments.contracts.known_object import KnownObject
from dangol.segments.contracts.subject import Subject
from dangol.tracking.contracts import EventNames

Reference = tuple[str, str]
"""A row that a definition names: what it is ("segment", "member", "tag", "link"), and its id."""


class Junction(Enum):
    """What follows a clause: the noun it describes, or another clause."""

    NOUN = 0
    AND = 1
    OR = 2


ENDINGS: dict[str, tuple[str, str, str]] = {
    "이다": ("인", "이고", "이거나"),
    "아니다": ("아닌", "아니고", "아니거나"),
    "했다": ("한", "했고", "했거나"),
    "하지 않았다": ("하지 않은", "하지 않았고", "하지 않았거나"),
    "됐다": ("된", "됐고", "됐거나"),
    "있다": ("있는", "있고", "있거나"),
    "없다": ("없는", "없고", "없거나"),
    "크다": ("큰", "크고", "크거나"),
    "작다": ("작은", "작고", "작거나"),
    "속하다": ("속한", "속하고", "속하거나"),
    "지났다": ("지난", "지났고", "지났거나"),
    "시작하다": ("시작하는", "시작하고", "시작하거나"),
    "일하다": ("일하는", "일하고", "일하거나"),
}

PARTICLE = re.compile(r"⟨([가-힣]+/[가-힣]+)⟩")
ENDING = re.compile(r"⟨([가-힣 ]+)⟩")


@dataclass(frozen=True)
class Words:
    """Names of the rows to which conditions refer, own fields and objects, events. A row that is gone is called so."""

    names: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[tuple[Subject, str], KnownField] = field(default_factory=dict)
    objects: Mapping[str, KnownObject] = field(default_factory=dict)
    about: Subject = Subject.PERSON
    events: Mapping[str, str] = field(default_factory=EventNames)

    def inside(self, about: Subject) -> "Words":
        """Return the words for conditions about others."""
        return replace(self, about=about)

    def name_of(self, row_id: object) -> str:
        """Return the name of a segment, member, tag, person or company."""
        return self.names.get(str(row_id)) or pgettext("name of a row", "(deleted)")

    def records_called(self, about: Subject, *, many: bool) -> str:
        """Return what one record of an object is called, or many."""
        own = self.objects.get(about.object)
        return quoted_value(own.plural if many else own.label) if own else self.name_of(about.object)


def quoted_value(text: str) -> str:
    """Return user text that can stand in a clause: without our own brackets."""
    return text.replace("⟨", "‹").replace("⟩", "›")


def listed(names: Sequence[str]) -> str:
    """Say several names of which one is meant: “VIP” or “Regular”."""
    quoted = [pgettext("name in a sentence", "“%(name)s”") % {"name": quoted_value(name)} for name in names]
    return pgettext("between names", " or ").join(quoted)


def followed_by(clause: str, junction: Junction) -> str:
    """Give the verb at the end of a clause the form that fits what follows."""

    def ending(match: re.Match[str]) -> str:
        forms = ENDINGS.get(match[1])
        return forms[junction.value] if forms else match[0]

    return ENDING.sub(ending, clause)


def joined(clauses: Sequence[str], junction: Junction) -> str:
    """Join clauses; the last one keeps its open ending."""
    heads = [followed_by(clause, junction) for clause in clauses[:-1]]
    between = pgettext("between clauses", " or ") if junction is Junction.OR else pgettext("between clauses", " and ")
    return between.join([*heads, clauses[-1]])


def finished(clause: str) -> str:
    """Return the clause as it stands before its noun: endings and particles in place, no doubled spaces."""
    closed = followed_by(clause, Junction.NOUN)
    while match := PARTICLE.search(closed):
        closed = with_particle(closed[: match.start()], match[1]) + closed[match.end() :]
    return " ".join(closed.split())
