"""What a member may do: rights by kind, verb and level, those of the fixed roles, and the questions about them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from dangol.workspaces.enums import FieldAccess, Kind, Level, Role, Verb

if TYPE_CHECKING:
    from dangol.workspaces.models import Member

Right = tuple[Kind, Verb]
"""A kind and a verb."""

Bound = str
"""A condition on people, as JSON: a right that it bounds reaches nobody else. `segments` reads it."""

OFFERED: Final[Mapping[Kind, Sequence[Verb]]] = {
    Kind.PEOPLE: (Verb.SEE, Verb.CHANGE, Verb.DELETE, Verb.EXPORT, Verb.IMPORT, Verb.REVEAL),
    Kind.COMPANIES: (Verb.SEE, Verb.CHANGE, Verb.DELETE, Verb.EXPORT),
    Kind.RECORDS: (Verb.SEE, Verb.CHANGE, Verb.DELETE),
    Kind.SEGMENTS: (Verb.CHANGE,),
    Kind.EVENTS: (Verb.CHANGE,),
    Kind.CAMPAIGNS: (Verb.SEND,),
    Kind.AUDIT: (Verb.SEE,),
    Kind.SETTINGS: (Verb.CHANGE,),
    Kind.PRIVACY: (Verb.CHANGE,),
}
"""Every right there is. The pages, the custom roles and the tests are made from this table."""

OWNED: Final = (Kind.PEOPLE, Kind.COMPANIES, Kind.RECORDS)
"""Kinds whose rows have an owner, so that a right to them has a level. Of the others one has all or nothing."""

FIELDS: Final = ("email", "phone", "born_on")
"""Fields of a person to which roles have different access."""


@dataclass(frozen=True)
class Rights:
    """
    What somebody may do. What is not named is not allowed; a field that is not named is read and changed.

    `bounds` narrow what the levels give.
    """

    levels: Mapping[Right, Level] = field(default_factory=dict)
    fields: Mapping[str, FieldAccess] = field(default_factory=dict)
    bounds: Mapping[Right, frozenset[Bound]] = field(default_factory=dict)

    def level(self, kind: Kind, verb: Verb) -> Level:
        """How far a right reaches. Whoever may not see a row may do nothing else to it."""
        given = self.levels.get((kind, verb), Level.NONE)
        return min(given, self.level(kind, Verb.SEE)) if kind in OWNED and verb != Verb.SEE else given

    def bounds_of(self, kind: Kind, verb: Verb) -> frozenset[Bound]:
        """The conditions that all have to hold of a row which a right reaches; those of seeing it are among them."""
        return self.bounds.get((kind, verb), frozenset()) | self.bounds.get((kind, Verb.SEE), frozenset())

    def reaches_all(self, kind: Kind, verb: Verb) -> bool:
        """Whether a right reaches every row."""
        return self.level(kind, verb) == Level.ALL and not self.bounds_of(kind, verb)

    def access(self, name: str) -> FieldAccess:
        """What may be done with a field."""
        return self.fields.get(name, FieldAccess.WRITE)

    @property
    def masked(self) -> frozenset[str]:
        """The fields that are shown masked."""
        return frozenset(name for name, access in self.fields.items() if access == FieldAccess.MASK)

    def with_lent(self, lent: "Rights") -> "Rights":
        """Return the wider of both, right by right and field by field. What reaches as far unlimited ends a bound."""
        levels = {right: max(self.level(*right), lent.level(*right)) for right in RIGHTS}
        fields = {name: max(access, lent.access(name)) for name, access in self.fields.items()}
        bounds = {right: own for right, own in self.bounds.items() if lent.level(*right) < self.level(*right)}
        return Rights(levels, fields, bounds)

    def bounded_to(self, people: Mapping[str, Any]) -> "Rights":
        """Return the rights as far as they reach people of whom a condition holds; without one, as they are."""
        if not people:
            return self
        bound = json.dumps(people, sort_keys=True, ensure_ascii=False)
        rights = ((Kind.PEOPLE, verb) for verb in OFFERED[Kind.PEOPLE])
        return replace(self, bounds={right: self.bounds.get(right, frozenset()) | {bound} for right in rights})


RIGHTS: Final = tuple((kind, verb) for kind, verbs in OFFERED.items() for verb in verbs)
MASKED: Final = dict.fromkeys(FIELDS, FieldAccess.MASK)


def _given(level: Level, kinds: Iterable[Kind], *verbs: Verb) -> dict[Right, Level]:
    return {(kind, verb): level for kind in kinds for verb in verbs if verb in OFFERED[kind]}


_EDIT = (Verb.SEE, Verb.CHANGE, Verb.DELETE)
_SELLS = _given(Level.TEAM, OWNED, *_EDIT)
_MARKETS = _given(Level.ALL, set(Kind) - {Kind.AUDIT, Kind.SETTINGS, Kind.PRIVACY}, *set(Verb) - {Verb.REVEAL})

ROLES: Final[Mapping[str, Rights]] = {
    Role.ADMINISTRATOR: Rights(_given(Level.ALL, Kind, *Verb)),
    Role.MANAGER: Rights(_MARKETS | _given(Level.ALL, OWNED, Verb.REVEAL)),
    Role.MARKETER: Rights(_MARKETS),
    Role.SALES: Rights(_SELLS),
    Role.SERVICE: Rights(_SELLS),
    Role.ANALYST: Rights(
        _given(Level.ALL, OWNED, Verb.SEE, Verb.EXPORT) | _given(Level.ALL, [Kind.SEGMENTS], Verb.CHANGE), MASKED
    ),
    Role.PRIVACY_OFFICER: Rights(
        _given(Level.ALL, OWNED, Verb.SEE, Verb.REVEAL)
        | _given(Level.ALL, [Kind.AUDIT], Verb.SEE)
        | _given(Level.ALL, [Kind.SEGMENTS, Kind.PRIVACY], Verb.CHANGE)
    ),
    Role.SHOP_STAFF: Rights(_given(Level.TEAM, OWNED, Verb.SEE, Verb.CHANGE), MASKED),
    Role.PARTNER: Rights(_given(Level.OWN, [Kind.PEOPLE, Kind.COMPANIES], Verb.SEE, Verb.CHANGE)),
}
"""What the fixed roles may do. A role that does not stand here may do nothing."""


@dataclass(frozen=True)
class May:
    """
    The question whether a member has a right at all, to at least one of the kinds.

    To which rows, `visible_to` answers: after `allowed` has asked, it leaves only those that the right reaches.
    """

    verb: Verb
    kinds: Sequence[Kind]

    def __call__(self, member: "Member") -> bool:
        """Whether the member has the right, be it for own rows only."""
        return any(member.rights.level(kind, self.verb) > Level.NONE for kind in self.kinds)


may_send = May(Verb.SEND, [Kind.CAMPAIGNS])
may_import = May(Verb.IMPORT, [Kind.PEOPLE])
may_configure = May(Verb.CHANGE, [Kind.SETTINGS])
may_audit = May(Verb.SEE, [Kind.AUDIT])
may_guard_privacy = May(Verb.CHANGE, [Kind.PRIVACY])


def sees_everybody(member: "Member") -> bool:
    """Whether the member sees all customers, whoever owns them."""
    return member.rights.reaches_all(Kind.PEOPLE, Verb.SEE)
