"""What ⌘K finds: people, companies and records, pages, segments, campaigns and templates, and why each fits."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import methodcaller
from typing import Any
from uuid import UUID

from django.db.models import F
from django.urls import reverse
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from dangol.customers.enums import FindableKind
from dangol.customers.models import Person
from dangol.customers.queries import search
from dangol.customers.queries.seen import Seen
from dangol.desk.navigation import places, settings_parts
from dangol.kit.korean import are_initials, initials
from dangol.kit.phones import dialled
from dangol.marketing.models import Campaign
from dangol.marketing.queries import campaigns_visible_to
from dangol.messaging.models import Template
from dangol.segments.models import Segment
from dangol.workspaces.models import Member

SHOWN = 6
LOOKED_THROUGH = 500
"""How many names of segments, campaigns and templates are read to find one, and how many of the latest people."""

SEGMENTS: Seen[Segment] = Seen(
    lambda member: (
        Segment.objects.filter(workspace_id=member.workspace_id).only("name").order_by("name")[:LOOKED_THROUGH]
    )
)
CAMPAIGNS: Seen[Campaign] = Seen(
    lambda member: (
        campaigns_visible_to(member).select_related(None).only("name").order_by("-created_at")[:LOOKED_THROUGH]
    )
)
TEMPLATES: Seen[Template] = Seen(
    lambda member: (
        Template.objects.filter(workspace_id=member.workspace_id).only("name").order_by("name")[:LOOKED_THROUGH]
    )
)
ICONS = {FindableKind.PERSON: "person", FindableKind.COMPANY: "company", FindableKind.RECORD: "story"}
Parts = Sequence[tuple[str, bool]]


@dataclass(frozen=True)
class Choice:
    """One option of the palette. Of the parts of its texts those that were typed are marked."""

    label: str
    url: str
    icon: str
    parts: Parts
    hint: Parts = ()
    reason: str | Lazy = ""


@dataclass(frozen=True)
class Group:
    """Options of one kind."""

    label: str | Lazy
    choices: Sequence[Choice]


def choices_for(member: Member, question: str, recent: Sequence[UUID] = ()) -> list[Group]:
    """
    Everything that fits what somebody typed. An empty question offers whom the member saw lately, and the pages.

    :param recent: the people whose pages the member opened last, the latest first, as the browser remembers them
    """
    if not question:
        groups = [Group(_("Recent people"), recent_people(member, recent)), Group(_("Pages"), pages_like(member, ""))]
    else:
        groups = [
            Group(_("Pages"), pages_like(member, question)),
            *found_by(member, question),
            Group(_("Segments"), segments_like(member, question)),
            Group(_("Campaigns"), campaigns_like(member, question)),
            Group(_("Templates"), templates_like(member, question)),
        ]
    return [group for group in groups if group.choices]


def recent_people(member: Member, recent: Sequence[UUID]) -> list[Choice]:
    """The people whom the member opened last; whoever opened nobody yet gets those who were here last."""
    people = Person.objects.visible_to(member).filter(is_anonymous=False).only("name", "email", "phone")
    opened = {person.pk: person for person in people.filter(pk__in=recent)} if recent else {}
    chosen = [opened[person_id] for person_id in recent if person_id in opened]
    if not chosen:
        order = (F("last_seen_at").desc(nulls_last=True), "-pk")
        latest = Person.objects.filter(workspace_id=member.workspace_id).order_by(*order).values("pk")[:LOOKED_THROUGH]
        chosen = list(people.filter(pk__in=latest).order_by(*order)[:SHOWN])
    return [
        Choice(
            str(person),
            person.get_absolute_url(),
            "person",
            plain(str(person)),
            plain(person.email or dialled(person.phone)),
        )
        for person in chosen[:SHOWN]
    ]


def found_by(member: Member, question: str) -> list[Group]:
    """People, companies and records, each kind for itself, the kind with the best fit first."""
    gathered: dict[FindableKind, list[Choice]] = {}
    for hit in search(member, question):
        choice = Choice(hit.title, hit.url, ICONS[hit.kind], hit.marked_title, hit.marked_detail, hit.reason)
        gathered.setdefault(hit.kind, []).append(choice)
    return [Group(kind.label, choices[:SHOWN]) for kind, choices in gathered.items()]


def pages_like(member: Member, question: str) -> list[Choice]:
    """Places of the house whose name fits; of the settings only for those who may change them."""
    parts = settings_parts("", member)
    below = [place for part in parts for place in part.places if place.url != reverse("settings")] if question else []
    fitting = (place for place in [*places("", parts), *below] if fits(str(place.label), question))
    return [Choice(str(place.label), place.url, place.icon, told(str(place.label), question)) for place in fitting]


def segments_like(member: Member, question: str) -> list[Choice]:
    """Segments by name."""
    return _named(SEGMENTS(member), question, "segment")


def campaigns_like(member: Member, question: str) -> list[Choice]:
    """Campaigns by name."""
    return _named(CAMPAIGNS(member), question, "campaign")


def templates_like(member: Member, question: str) -> list[Choice]:
    """Templates by name."""
    return _named(TEMPLATES(member), question, "edit", lambda row: reverse("messaging:template_edit", args=[row.pk]))


def fits(label: str, question: str) -> bool:
    """Whether a name holds the question, or its first consonants do."""
    if not question:
        return True
    if are_initials(question):
        return initials(question) in initials(label)
    return question.casefold() in label.casefold()


def plain(text: str) -> Parts:
    """Return a text of which nothing was typed."""
    return [(text, False)] if text else []


def told(label: str, question: str) -> Parts:
    """Return a name with the typed part marked, where it stands in it letter by letter."""
    at = label.lower().find(question.lower()) if question else -1
    if at < 0:
        return plain(label)
    end = at + len(question)
    return [part for part in ((label[:at], False), (label[at:end], True), (label[end:], False)) if part[0]]


def _named(
    rows: Iterable[Any], question: str, icon: str, url_of: Callable[[Any], str] = methodcaller("get_absolute_url")
) -> list[Choice]:
    fitting = [row for row in rows if fits(row.name, question)][:SHOWN]
    return [Choice(row.name, url_of(row), icon, told(row.name, question)) for row in fitting]
