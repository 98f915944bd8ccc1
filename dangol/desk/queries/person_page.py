"""Everything on the page of one person. Nothing is read before the template shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from dangol.customers.models import Person, Relation, Restriction
from dangol.customers.permissions import may_change_people, may_reveal
from dangol.customers.queries import ConsentCard, RowFields, consent_card, restriction_of, row_fields
from dangol.customers.queries.households import Housemate, housemates_of, housemates_suggested
from dangol.customers.queries.reaching import Way, ways_to_reach
from dangol.customers.queries.seen import Seen
from dangol.customers.queries.ties import Tie, ties_of
from dangol.customers.queries.trust import Provenance, provenance_of
from dangol.desk.queries.tie_map import TieMap, tie_map
from dangol.kit.compiled import Compiled
from dangol.messaging.enums import Outcome
from dangol.messaging.models import ContactRules, Message, PolicyDecision
from dangol.messaging.queries.reasons import reason_label
from dangol.relations import queries as relations
from dangol.relations.models import Strength
from dangol.tracking.models import Order
from dangol.workspaces.models import Member
from dangol.workspaces.permissions import may_guard_privacy

SHOWN = 8
ORDERS: Compiled[Order] = Compiled(lambda **whose: Order.objects.filter(**whose).order_by("-placed_at", "-id")[:SHOWN])
MESSAGES: Compiled[Message] = Compiled(
    lambda **whose: (
        Message.objects.filter(**whose).select_related("template_version").order_by("-created_at", "-id")[:SHOWN]
    )
)
HELD_BACK: Compiled[PolicyDecision] = Compiled(
    lambda **whose: PolicyDecision.objects.filter(**whose).exclude(outcome=Outcome.ALLOW).order_by("-at", "-id")[:SHOWN]
)
PERSON: Seen[Person] = Seen(
    lambda member, person_id: Person.objects.visible_to(member).filter(pk=person_id).select_related("owner__user")
)
RULES: Compiled[ContactRules] = Compiled(ContactRules.objects.filter)
FEELINGS: dict[int, Lazy] = {
    2: _("Delighted"),
    1: _("Pleased"),
    0: _("Indifferent"),
    -1: _("Upset"),
    -2: _("Very upset"),
}


def person_seen(member: Member, person_id: UUID) -> Person | None:
    """Return one person with their owner, if the member may see them."""
    person = next(iter(PERSON(member, person_id=person_id)), None)
    if person is not None:
        person.workspace = member.workspace
    return person


@dataclass(frozen=True)
class Silence:
    """One contact that did not happen, and why not."""

    decision: PolicyDecision
    reasons: Sequence[str]


@dataclass(frozen=True)
class PersonPage:
    """One person as a member sees them, told in the member's language."""

    person: Person
    member: Member
    language: str
    now: datetime
    after: str | None = None

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.member.workspace.time_zone)

    @cached_property
    def relationship(self) -> relations.Relationship:
        return relations.relationship_of(self.person, zone=self.zone, now=self.now)

    @cached_property
    def restriction(self) -> Restriction | None:
        return restriction_of(self.person)

    @cached_property
    def may_answer_rights(self) -> bool:
        return may_guard_privacy(self.member)

    @cached_property
    def lines(self) -> list[str]:
        return relations.five_lines(self.relationship, self.language)

    @cached_property
    def still_a_regular(self) -> str:
        return relations.still_a_regular(self.relationship, self.language)

    @cached_property
    def regular_share(self) -> str:
        return relations.regular_share(self.relationship)

    @cached_property
    def feeling_label(self) -> Lazy | str:
        feeling = self.relationship.feeling
        return FEELINGS[feeling.valence] if feeling else ""

    @cached_property
    def strength(self) -> Strength | None:
        return self.relationship.strength

    @cached_property
    def why_strength(self) -> str:
        return relations.why_strength(self.strength, self.language) if self.strength else ""

    @cached_property
    def strength_parts(self) -> list[relations.StrengthPart]:
        return relations.strength_parts(self.strength, self.language) if self.strength else []

    @cached_property
    def attention(self) -> relations.AttentionUse:
        rules = next(iter(RULES(workspace_id=self.person.workspace_id)), None) or ContactRules()
        return relations.attention_of(
            self.person,
            now=self.now,
            cap=rules.attention_cap - rules.service_reserve,
            half_life_hours=rules.attention_half_life_hours,
        )

    @cached_property
    def why_attention(self) -> str:
        return relations.why_attention(self.attention, self.language)

    @cached_property
    def picture(self) -> relations.RhythmPicture | None:
        return relations.rhythm_picture(self.person, zone=self.zone, now=self.now)

    @cached_property
    def story(self) -> relations.StoryPage:
        return relations.story_page(self.person, self.language, zone=self.zone, now=self.now, after=self.after)

    @cached_property
    def orders(self) -> list[Order]:
        """The newest orders."""
        return ORDERS(workspace_id=self.person.workspace_id, person_id=self.person.pk)

    @cached_property
    def messages(self) -> list[Message]:
        """The newest messages, in any state."""
        return MESSAGES(workspace_id=self.person.workspace_id, person_id=self.person.pk)

    @cached_property
    def silences(self) -> list[Silence]:
        """The newest contacts that did not happen, and why not."""
        held_back = HELD_BACK(workspace_id=self.person.workspace_id, person_id=self.person.pk)
        return [Silence(one, [reason_label(code) for code in one.reasons]) for one in held_back]

    @cached_property
    def consents(self) -> ConsentCard:
        return consent_card(person=self.person, member=self.member, now=self.now)

    @cached_property
    def own_fields(self) -> RowFields:
        return row_fields(self.person, self.member)

    @cached_property
    def may_change(self) -> bool:
        return may_change_people(self.member)

    @cached_property
    def revealable(self) -> frozenset[str]:
        """Fields that are masked for the member, and shown on request."""
        return self.member.rights.masked if may_reveal(self.member) else frozenset()

    @cached_property
    def ties(self) -> list[Tie]:
        """With whom the person has to do, as far as the member may see them."""
        return ties_of(self.person, self.member)

    @cached_property
    def map(self) -> TieMap | None:
        return tie_map(self.person, self.ties)

    @cached_property
    def housemates(self) -> list[Relation]:
        """Who lives in the same household."""
        return housemates_of(self.person, self.member, self.ties)

    @cached_property
    def may_live_together(self) -> list[Housemate]:
        """Who has the same address or phone, and shares no household yet."""
        return housemates_suggested(self.person, self.member)

    @cached_property
    def provenance(self) -> list[Provenance]:
        """Where each field comes from, if more than one source spoke."""
        return provenance_of(self.person, member=self.member)

    @cached_property
    def ways(self) -> list[Way]:
        """Every way to reach the person, with where it comes from."""
        return ways_to_reach(self.person)
