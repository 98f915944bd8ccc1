"""Who has to do with whom, as it is told on the page of one of the two."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dangol.customers.enums import RelationKind
from dangol.customers.models import Company, Household, Person, Relation
from dangol.customers.queries.search import companies_found, people_found
from dangol.customers.queries.seen import Seen
from dangol.workspaces.enums import Kind
from dangol.workspaces.models import Member

End = Person | Company | Household
MODELS: Mapping[str, type[End]] = {"person": Person, "company": Company, "household": Household}
MOST_SHOWN = 200
FOUND = 6

PERSON, COMPANY, HOUSEHOLD = MODELS
ALLOWED: Mapping[RelationKind, frozenset[tuple[str, str]]] = {
    RelationKind.WORKS_AT: frozenset({(PERSON, COMPANY)}),
    RelationKind.DECIDES: frozenset({(PERSON, COMPANY), (PERSON, HOUSEHOLD)}),
    RelationKind.INFLUENCES: frozenset({(PERSON, PERSON), (PERSON, COMPANY), (PERSON, HOUSEHOLD)}),
    RelationKind.FAMILY_OF: frozenset({(PERSON, PERSON)}),
    RelationKind.LIVES_IN: frozenset({(PERSON, HOUSEHOLD)}),
    RelationKind.REFERRED_BY: frozenset({(PERSON, PERSON), (PERSON, COMPANY), (COMPANY, PERSON), (COMPANY, COMPANY)}),
    RelationKind.BUYS_FOR: frozenset({(PERSON, PERSON), (PERSON, COMPANY), (PERSON, HOUSEHOLD)}),
    RelationKind.PART_OF: frozenset({(COMPANY, COMPANY)}),
}
"""Between what a relation of each kind can be: source, target."""

SYMMETRIC = frozenset({RelationKind.FAMILY_OF})
"""Kinds in which both ends stand alike: told once, true both ways."""

Words = tuple[Promise, Promise]
FORWARD: Mapping[RelationKind, Words] = {
    RelationKind.WORKS_AT: (gettext_lazy("works at {name}"), gettext_lazy("worked at {name}")),
    RelationKind.DECIDES: (gettext_lazy("decides for {name}"), gettext_lazy("decided for {name}")),
    RelationKind.INFLUENCES: (gettext_lazy("influences {name}"), gettext_lazy("influenced {name}")),
    RelationKind.FAMILY_OF: (gettext_lazy("is family of {name}"), gettext_lazy("was family of {name}")),
    RelationKind.LIVES_IN: (gettext_lazy("lives in {name}"), gettext_lazy("lived in {name}")),
    RelationKind.REFERRED_BY: (gettext_lazy("was referred by {name}"), gettext_lazy("was referred by {name}")),
    RelationKind.BUYS_FOR: (gettext_lazy("buys for {name}"), gettext_lazy("bought for {name}")),
    RelationKind.PART_OF: (gettext_lazy("is part of {name}"), gettext_lazy("was part of {name}")),
}
"""What is said on the source's page about the target: while it holds, and afterwards."""

BACKWARD: Mapping[RelationKind, Words] = {
    RelationKind.WORKS_AT: (gettext_lazy("{name} works here"), gettext_lazy("{name} worked here")),
    RelationKind.DECIDES: (gettext_lazy("{name} decides here"), gettext_lazy("{name} decided here")),
    RelationKind.INFLUENCES: (gettext_lazy("is influenced by {name}"), gettext_lazy("was influenced by {name}")),
    RelationKind.FAMILY_OF: FORWARD[RelationKind.FAMILY_OF],
    RelationKind.LIVES_IN: (
        pgettext_lazy("household", "{name} lives here"),
        pgettext_lazy("household", "{name} lived here"),
    ),
    RelationKind.REFERRED_BY: (gettext_lazy("referred {name} to us"), gettext_lazy("referred {name} to us")),
    RelationKind.BUYS_FOR: (gettext_lazy("{name} buys on their behalf"), gettext_lazy("{name} bought on their behalf")),
    RelationKind.PART_OF: (gettext_lazy("{name} belongs to it"), gettext_lazy("{name} belonged to it")),
}
"""What is said on the target's page about the source."""


@dataclass(frozen=True)
class Tie:
    """One relation, seen from one of its ends. `other` is who stands at the other."""

    relation: Relation
    other: End
    is_forward: bool

    @property
    def kind(self) -> RelationKind:
        """In what way they have to do with each other."""
        return RelationKind(self.relation.kind)

    @property
    def other_kind(self) -> str:
        """What stands at the other end: person, company or household."""
        return kind_of_end(self.other)

    @property
    def holds(self) -> bool:
        """Whether it is so today."""
        return self.relation.until is None

    @property
    def sentence(self) -> SafeString:
        """Say it, with a link to the other: decides for 한빛상사 since March 2024."""
        name = format_html('<a href="{}">{}</a>', self.other.get_absolute_url(), self.other)
        return dated(phrase(self.kind, name, forward=self.is_forward, holds=self.holds), self.relation)

    @property
    def words(self) -> str:
        """Say it without its dates and links, for a picture."""
        return phrase(self.kind, str(self.other), forward=self.is_forward, holds=self.holds)


def ties_of(subject: End, member: Member) -> list[Tie]:
    """
    Return the relations of a person, company or household to whoever the member may see, those that hold first.

    At most 200; one query, and one more for each kind of end that comes up. What hangs on somebody in the trash is
    left out.
    """
    relations = RELATIONS(member, kind_of_end(subject), subject_id=subject.pk)
    ends = _other_ends(subject, relations, member)
    ties = (_tie(subject, relation, ends) for relation in relations)
    return [tie for tie in ties if tie is not None]


def relations_seen(subject: End, member: Member) -> QuerySet[Relation]:
    """Return the relations on a subject's page that the member may see and change."""
    return _seen(member, kind_of_end(subject), subject.pk)


def phrase(kind: RelationKind, name: str, *, forward: bool, holds: bool = True) -> SafeString:
    """Say one relation in a few words; the name may be a link."""
    words = (FORWARD if forward else BACKWARD)[kind][0 if holds else 1]
    return format_html(str(words), name=name)


def dated(said: SafeString, relation: Relation) -> SafeString:
    """Add from when to when."""
    since, until = _month(relation.since), _month(relation.until)
    if since and until:
        return format_html(_("{said} from {since} until {until}"), said=said, since=since, until=until)
    if since:
        return format_html(_("{said} since {since}"), said=said, since=since)
    return format_html(_("{said} until {until}"), said=said, until=until) if until else said


def kind_of_end(end: End) -> str:
    """Return person, company or household."""
    return next(kind for kind, model in MODELS.items() if isinstance(end, model))


def ends_visible_to(member: Member, kind: str) -> QuerySet[Any]:
    """Everything of a kind that a relation can hang on and that the member may see."""
    if kind == HOUSEHOLD:
        return Household.objects.filter(workspace_id=member.workspace_id)
    return (Person.objects if kind == PERSON else Company.objects).visible_to(member)


def ends_found(member: Member, question: str, kinds: Sequence[str]) -> list[End]:
    """Return a few of whom a member means by what is typed, of these kinds."""
    if not question.strip():
        return []
    found: list[End] = []
    if PERSON in kinds:
        found += people_found(member, question).order_by("name", "id")[:FOUND]
    if COMPANY in kinds:
        found += companies_found(member, question).order_by("name", "id")[:FOUND]
    if HOUSEHOLD in kinds:
        households = ends_visible_to(member, HOUSEHOLD).filter(name__icontains=question.replace("\x00", "").strip())
        found += households.order_by("name", "id")[:FOUND]
    return found


def ways_of(kind: str) -> list[tuple[RelationKind, bool]]:
    """Return in what ways something of this kind can have to do with others: the relation, and whether it is source."""
    forward = [(way, True) for way in RelationKind if any(source == kind for source, _target in ALLOWED[way])]
    backward = [
        (way, False)
        for way in RelationKind
        if way not in SYMMETRIC and any(target == kind for _source, target in ALLOWED[way])
    ]
    return forward + backward if kind == PERSON else backward + forward


def others_of(kind: str, way: RelationKind, *, forward: bool) -> list[str]:
    """Return what can stand at the other end."""
    pairs = ALLOWED[way]
    if forward:
        return [other for other in MODELS if (kind, other) in pairs]
    return [other for other in MODELS if (other, kind) in pairs]


def _seen(member: Member, kind: str, subject_id: UUID) -> QuerySet[Relation]:
    touching = Q(**{f"source_{kind}": subject_id}) | Q(**{f"target_{kind}": subject_id})
    rows = Relation.objects.filter(touching, workspace_id=member.workspace_id)
    if all(member.reaches_all(end) for end in (Kind.PEOPLE, Kind.COMPANIES)):
        return rows
    for side in ("source", "target"):
        for end in (PERSON, COMPANY):
            visible = ends_visible_to(member, end).values("pk")
            rows = rows.filter(Q(**{f"{side}_{end}__isnull": True}) | Q(**{f"{side}_{end}__in": visible}))
    return rows


def _shown(member: Member, kind: str, subject_id: UUID) -> QuerySet[Relation]:
    newest = (F("until").desc(nulls_first=True), "-since", "-id")
    return _seen(member, kind, subject_id).order_by(*newest)[:MOST_SHOWN]


RELATIONS: Seen[Relation] = Seen(_shown)


def _other_ends(subject: End, relations: Sequence[Relation], member: Member) -> dict[tuple[str, UUID], End]:
    wanted: dict[str, set[UUID]] = {}
    for relation in relations:
        kind, end_id = _other_end(subject, relation)
        wanted.setdefault(kind, set()).add(end_id)
    return {
        (kind, end.pk): cast("End", end)
        for kind, ids in wanted.items()
        for end in ends_visible_to(member, kind).filter(pk__in=ids)
    }


def _tie(subject: End, relation: Relation, ends: Mapping[tuple[str, UUID], End]) -> Tie | None:
    other = ends.get(_other_end(subject, relation))
    return None if other is None else Tie(relation, other, is_forward=_is_forward(subject, relation))


def _other_end(subject: End, relation: Relation) -> tuple[str, UUID]:
    """Return what stands at the other end: its kind and its id."""
    side = "target" if _is_forward(subject, relation) else "source"
    return next((kind, end_id) for kind in MODELS if (end_id := _id_at(relation, side, kind)) is not None)


def _is_forward(subject: End, relation: Relation) -> bool:
    return _id_at(relation, "source", kind_of_end(subject)) == subject.pk


def _id_at(relation: Relation, side: str, kind: str) -> UUID | None:
    found: UUID | None = getattr(relation, f"{side}_{kind}_id")
    return found


def _month(day: Any) -> str:
    return date_format(day, "YEAR_MONTH_FORMAT") if day else ""
