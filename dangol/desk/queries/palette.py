"""What ⌘K finds: pages, people, segments and campaigns, by the start of their words or by first consonants."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from dangol.customers.queries import people_found
from dangol.desk.navigation import places
from dangol.kit.korean import are_initials, initials
from dangol.marketing.models import Campaign
from dangol.marketing.queries import campaigns_visible_to
from dangol.segments.models import Segment
from dangol.workspaces.models import Member

SHOWN = 6
LOOKED_THROUGH = 500
"""How many segment and campaign names are read to find one by its first consonants."""


@dataclass(frozen=True)
class Choice:
    """One option of the palette."""

    label: str
    hint: str
    url: str
    icon: str


@dataclass(frozen=True)
class Group:
    """Options of one kind."""

    label: Lazy
    choices: Sequence[Choice]


def choices_for(member: Member, question: str) -> list[Group]:
    """Everything that fits what somebody typed. An empty question offers the pages."""
    groups = [Group(_("Pages"), pages_like(question))]
    if question:
        groups += [
            Group(_("People"), people_like(member, question)),
            Group(_("Segments"), segments_like(member, question)),
            Group(_("Campaigns"), campaigns_like(member, question)),
        ]
    return [group for group in groups if group.choices]


def pages_like(question: str) -> list[Choice]:
    """Places of the house whose name fits."""
    fitting = (place for place in places("") if fits(str(place.label), question))
    return [Choice(str(place.label), "", place.url, place.icon) for place in fitting]


def people_like(member: Member, question: str) -> list[Choice]:
    """People by name, e-mail address, phone number or first consonants."""
    found = people_found(member, question).order_by("name", "id")[:SHOWN]
    return [Choice(str(person), person.email or person.phone, person.get_absolute_url(), "person") for person in found]


def segments_like(member: Member, question: str) -> list[Choice]:
    """Segments by name."""
    rows: QuerySet[Segment] = Segment.objects.filter(workspace_id=member.workspace_id).order_by("name")[:LOOKED_THROUGH]
    return _named(rows, question, "segment")


def campaigns_like(member: Member, question: str) -> list[Choice]:
    """Campaigns by name."""
    return _named(campaigns_visible_to(member).order_by("-created_at")[:LOOKED_THROUGH], question, "campaign")


def fits(label: str, question: str) -> bool:
    """Whether a name holds the question, or its first consonants do."""
    if not question:
        return True
    if are_initials(question):
        return initials(question) in initials(label)
    return question.casefold() in label.casefold()


def _named(rows: Iterable[Segment | Campaign], question: str, icon: str) -> list[Choice]:
    fitting = [row for row in rows if fits(row.name, question)][:SHOWN]
    return [Choice(row.name, "", row.get_absolute_url(), icon) for row in fitting]
