"""Everything on the page of one company. Nothing is read before the template shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

from dangol.customers.models import Company, Person
from dangol.customers.permissions import may_change_companies
from dangol.customers.queries import RowFields, row_fields
from dangol.customers.queries.reaching import Way, ways_to_reach
from dangol.customers.queries.ties import Tie, ties_of
from dangol.customers.queries.trust import Provenance, provenance_of
from dangol.desk.queries.tie_map import TieMap, tie_map
from dangol.relations import queries as relations
from dangol.workspaces.models import Member


@dataclass(frozen=True)
class CompanyPage:
    """One company as a member sees it, told in the member's language."""

    company: Company
    member: Member
    language: str
    now: datetime
    after: str | None = None

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.member.workspace.time_zone)

    @cached_property
    def ties(self) -> list[Tie]:
        """Who belongs to it and to whom it belongs, as far as the member may see them."""
        return ties_of(self.company, self.member)

    @property
    def ties_now(self) -> list[Tie]:
        return [tie for tie in self.ties if tie.holds]

    @property
    def ties_before(self) -> list[Tie]:
        return [tie for tie in self.ties if not tie.holds]

    @cached_property
    def people(self) -> Sequence[UUID]:
        """The people who belong to it today."""
        return list(dict.fromkeys(tie.other.pk for tie in self.ties_now if isinstance(tie.other, Person)))

    @cached_property
    def map(self) -> TieMap | None:
        return tie_map(self.company, self.ties)

    @cached_property
    def story(self) -> relations.StoryTogether:
        """What the stories of its people tell, the newest first."""
        return relations.story_together(
            workspace_id=self.company.workspace_id, people=self.people, language=self.language, zone=self.zone,
            now=self.now, after=self.after,
        )  # fmt: skip

    @cached_property
    def strength(self) -> relations.StrengthTogether | None:
        return relations.strength_together(workspace_id=self.company.workspace_id, people=self.people)

    @cached_property
    def spent(self) -> list[relations.SpentTogether]:
        return relations.spent_together(workspace_id=self.company.workspace_id, people=self.people)

    @cached_property
    def own_fields(self) -> RowFields:
        """The workspace's own fields and things."""
        return row_fields(self.company, self.member)

    @cached_property
    def may_change(self) -> bool:
        return may_change_companies(self.member)

    @property
    def business_number(self) -> str:
        """The 사업자등록번호 with its hyphens."""
        number = self.company.business_number
        return f"{number[:3]}-{number[3:5]}-{number[5:]}" if number else ""

    @cached_property
    def provenance(self) -> list[Provenance]:
        """Where each field comes from, if more than one source spoke."""
        return provenance_of(self.company, member=self.member)

    @cached_property
    def ways(self) -> list[Way]:
        """Every way to reach the company, with where it comes from."""
        return ways_to_reach(self.company)
