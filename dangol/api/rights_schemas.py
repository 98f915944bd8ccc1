"""What goes in and out of the API about requests of people about their data. Field names are those of the models."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.utils.translation import gettext_noop
from ninja import Schema
from pydantic import ConfigDict, Field

from dangol.api.schemas import MOST_ROWS, Told
from dangol.customers.enums import RefusalGround, RequestSource, RightKind, RightsLaw

PROOF = gettext_noop("How it was proven who asks. It has to be known before anything is handed over or erased.")


class RequestShown(Schema):
    """Something that a person asked for by law, and its clock."""

    id: UUID
    person_id: UUID | None = Field(description=gettext_noop("null once the person is erased."))
    kind: str
    state: str
    law: str
    source: str
    asked_at: datetime
    due_at: datetime = Field(description=gettext_noop("Until when the law wants an answer."))
    is_late: bool
    extensions: int = Field(description=gettext_noop("How many times more time was taken."))
    extension_reason: str
    owner_id: UUID | None = Field(description=gettext_noop("The member who answers."))
    identity_proof: str
    note: str
    reply: str
    refusal_ground: str
    done_at: datetime | None


class OutcomeShown(Schema):
    """What was done to one table or other place."""

    place: str
    title: str
    rule: str
    rows: int


class RequestDetail(RequestShown):
    """A request with what was done where."""

    outcomes: list[OutcomeShown]
    approval_id: UUID | None = Field(
        description=gettext_noop("The last question that others had to answer before the erasure.")
    )
    copy_until: datetime | None = Field(description=gettext_noop("Until when the packed copy can be fetched."))


class Requests(Schema):
    """A page of requests."""

    items: list[RequestShown]
    next_after: str | None


class RequestsAsked(Schema):
    """Which requests, and which page of them."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(50, ge=1, le=MOST_ROWS)
    after: str | None = None
    is_pending: bool = Field(True, description=gettext_noop("Those to be answered, the next one due first."))


class RequestTold(Told):
    """What a person asked for."""

    person_id: UUID
    kind: Literal[tuple(RightKind.values)]  # type: ignore[valid-type] # the kinds are counted in one place
    law: Literal[tuple(RightsLaw.values)] = RightsLaw.PIPA.value  # type: ignore[valid-type] # as above
    source: Literal[tuple(RequestSource.values)] = RequestSource.EMAIL.value  # type: ignore[valid-type] # as above
    identity_proof: str = Field("", max_length=200, description=PROOF)
    note: str = Field("", max_length=500)


class RequestChange(Told):
    """Who answers a request, how it was proven who asks, and what they are told."""

    owner_id: UUID | None = None
    identity_proof: str = Field("", max_length=200, description=PROOF)
    reply: str = ""


class ExtensionTold(Told):
    """Why more time is taken; the person is told."""

    reason: str = Field(max_length=300)


class RefusalTold(Told):
    """On what legal ground a request is refused, and what the person is told."""

    ground: Literal[tuple(RefusalGround.values)]  # type: ignore[valid-type] # the grounds are counted in one place
    reason: str = Field(max_length=1000)
