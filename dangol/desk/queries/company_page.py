"""Everything on the page of one company. Nothing is read before the template shows it."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from dangol.customers.models import Company
from dangol.customers.permissions import may_change_people
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
    def may_change(self) -> bool:
        return may_change_people(self.member)

    @property
    def business_number(self) -> str:
        """The 사업자등록번호 with its hyphens."""
        number = self.company.business_number
        return f"{number[:3]}-{number[3:5]}-{number[5:]}" if number else ""
