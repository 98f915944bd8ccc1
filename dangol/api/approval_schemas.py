"""What goes in and out of the API about approvals. Field names are those of the models."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.utils.translation import gettext_noop
from ninja import Schema
from pydantic import AwareDatetime, ConfigDict, Field

from dangol.api.schemas import MOST_ROWS, Told
from dangol.workspaces.enums import ApproverWay

MOST_NAMED = 5
MOST_NEEDED = 9
LONGEST_HOURS = 24 * 30
LARGEST = 2**63 - 1
ROLE = gettext_noop("A fixed role, or the id of one of the workspace's own.")


class ApproversShown(Schema):
    """Who has to agree."""

    way: str
    role: str = Field(description=ROLE)
    members: list[UUID]
    in_order: bool
    needed: int


class ApprovalShown(ApproversShown):
    """A question: may somebody do this, exactly so?"""

    id: UUID
    subject: str
    title: str = Field(description=gettext_noop("What was asked for, in the language of Accept-Language."))
    row_id: UUID
    amount: int = Field(description=gettext_noop("How many people or rows it is about."))
    state: str
    by_id: UUID
    by_name: str
    asked_at: datetime
    expires_at: datetime
    ended_at: datetime | None


class LineShown(Schema):
    """A part of what exactly would happen."""

    label: str
    text: str


class VoteShown(Schema):
    """One answer, and in whose place it was given."""

    member_id: UUID
    member_name: str
    seat_id: UUID
    agrees: bool
    note: str
    at: datetime


class ApprovalDetail(ApprovalShown):
    """A question with what exactly would happen, and the answers so far."""

    url: str = Field(description=gettext_noop("Where the row is looked at."))
    lines: list[LineShown]
    votes: list[VoteShown]
    is_mine_to_answer: bool


class Approvals(Schema):
    """A page of questions."""

    items: list[ApprovalShown]
    next_after: str | None


class ApprovalsAsked(Schema):
    """Which page."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(50, ge=1, le=MOST_ROWS)
    after: str | None = None


class VoteTold(Told):
    """An answer to a question."""

    agrees: bool
    note: str = Field("", max_length=300)


class RuleTold(Told):
    """From which amount on who has to agree to what."""

    subject: str
    at_least: int = Field(0, ge=0, le=LARGEST)
    way: Literal[tuple(ApproverWay.values)]  # type: ignore[valid-type] # the ways are counted in one place
    role: str = Field("", description=ROLE)
    members: list[UUID] = Field(default_factory=list, max_length=MOST_NAMED)
    in_order: bool = False
    needed: int = Field(1, ge=1, le=MOST_NEEDED)
    hours: int = Field(72, ge=1, le=LONGEST_HOURS)


class RuleChange(RuleTold):
    """What shall be different about a rule."""

    subject: str = ""
    way: Literal[tuple(ApproverWay.values)] = ApproverWay.ROLE.value  # type: ignore[valid-type] # as above


class RuleShown(ApproversShown):
    """One step of a ladder."""

    id: UUID
    subject: str
    at_least: int
    hours: int


class StandInTold(Told):
    """Who answers for the member, from when until when."""

    substitute_id: UUID
    since: AwareDatetime
    until: AwareDatetime = Field(description=gettext_noop("At most a year after `since`."))


class StandInShown(Schema):
    """Who answers for whom, from when until when."""

    member_id: UUID
    member_name: str
    substitute_id: UUID
    substitute_name: str
    since: datetime
    until: datetime
