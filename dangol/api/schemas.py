"""What goes in and out of the API. Field names are those of the models."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from dangol.customers.enums import RelationKind
from dangol.workspaces.enums import Language

MOST_ROWS = 100
OWN_VALUES = gettext_noop("Values of the workspace's own fields by key. Links are ids. null empties a field.")
SEEN_VERSION = gettext_noop(
    "The updated_at that was read. If the row changed since, the answer is 409 with what it is now."
)


def _checked(is_fine: Callable[[str], bool], said: Promise) -> AfterValidator:
    def check(value: str | None) -> str | None:
        if value and not is_fine(value):
            raise PydanticCustomError("told", "{said}", {"said": str(said)})
        return value

    return AfterValidator(check)


def _is_email(value: str) -> bool:
    try:
        validate_email(value.strip())
    except ValidationError:
        return False
    return True


Words = str | None
Email = Annotated[str | None, _checked(_is_email, _("This is not an e-mail address."))]
Country = Annotated[
    str | None,
    _checked(lambda it: len(it) == 2 and it.isascii() and it.isupper(), _("Two letters, like KR.")),  # noqa: PLR2004 - ISO 3166
]
LanguageCode = Annotated[str | None, _checked(lambda it: it in Language.values, _("Use one of these: ko, en."))]
Zone = Annotated[str | None, _checked(lambda it: it in available_timezones(), _("Use a time zone like Asia/Seoul."))]


class Told(Schema):
    """What a program says. What is left out stays as it is; null empties."""

    model_config = ConfigDict(extra="forbid")


class OwnFields(Told):
    fields: dict[str, Any] = Field(default_factory=dict, description=OWN_VALUES)


class PersonTold(OwnFields):
    """What can be said about a person."""

    name: Words = None
    family_name: Words = None
    given_name: Words = None
    honorific: Words = None
    email: Email = None
    phone: Words = None
    external_id: Words = None
    postal_code: Words = None
    address: Words = None
    city: Words = None
    country: Country = None
    language: LanguageCode = None
    time_zone: Zone = None
    born_on: date | None = None
    owner_id: UUID | None = None


class PersonChange(PersonTold):
    """What shall be different about a person."""

    updated_at: AwareDatetime | None = Field(None, description=SEEN_VERSION)


class CompanyTold(OwnFields):
    """What can be said about a company."""

    name: Words = None
    business_number: Words = None
    external_id: Words = None
    domain: Words = None
    email: Email = None
    phone: Words = None
    industry: Words = None
    country: Country = None
    postal_code: Words = None
    city: Words = None
    address: Words = None
    owner_id: UUID | None = None


class CompanyChange(CompanyTold):
    """What shall be different about a company."""

    updated_at: AwareDatetime | None = Field(None, description=SEEN_VERSION)


class RecordTold(OwnFields):
    """What can be said about a record of an own object."""

    name: Words = None
    external_id: Words = None
    owner_id: UUID | None = None
    person_ids: list[UUID] | None = Field(None, max_length=MOST_ROWS, description=gettext_noop("To whom it belongs."))
    company_ids: list[UUID] | None = Field(None, max_length=MOST_ROWS)


class RecordChange(RecordTold):
    """What shall be different about a record."""

    updated_at: AwareDatetime | None = Field(None, description=SEEN_VERSION)


class RowShown(BaseModel):
    """A row. Nothing is looked for in it by name, so it needs no `Schema`, which takes four times as long."""

    id: UUID
    owner_id: UUID | None
    fields: dict[str, Any] = Field(description=gettext_noop("Values of the workspace's own fields by key."))
    created_at: datetime
    updated_at: datetime = Field(description=gettext_noop("The version: send it back with a change, or as If-Match."))


class PersonShown(RowShown):
    """A person."""

    name: str
    family_name: str
    given_name: str
    honorific: str
    email: str
    phone: str
    external_id: str
    postal_code: str
    address: str
    city: str
    country: str
    language: str
    time_zone: str
    born_on: date | None
    first_seen_at: datetime
    last_seen_at: datetime | None


class CompanyShown(RowShown):
    """A company."""

    name: str
    business_number: str
    external_id: str
    domain: str
    email: str
    phone: str
    industry: str
    country: str
    postal_code: str
    city: str
    address: str


class RecordShown(RowShown):
    """A record of an own object."""

    name: str
    external_id: str
    person_ids: list[UUID]
    company_ids: list[UUID]


class People(BaseModel):
    """A page of people."""

    items: list[PersonShown]
    next_after: str | None = Field(description=gettext_noop("Send it as `after` for the next page; null at the end."))


class Companies(BaseModel):
    """A page of companies."""

    items: list[CompanyShown]
    next_after: str | None


class Records(BaseModel):
    """A page of records."""

    items: list[RecordShown]
    next_after: str | None


class PageAsked(Schema):
    """Which page."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(50, ge=1, le=MOST_ROWS)
    after: str | None = None
    external_id: str | None = None
    updated_since: AwareDatetime | None = Field(
        None, description=gettext_noop("Rows changed at or after this moment, in the order of their changes.")
    )
    in_trash: bool = Field(False, description=gettext_noop("Those that lie in the trash instead."))


class RowsAsked(PageAsked):
    """Which people or companies."""

    email: str | None = None
    phone: str | None = None


class CompaniesAsked(RowsAsked):
    """Which companies."""

    business_number: str | None = None
    domain: str | None = None


class FieldShown(Schema):
    """The definition of an own field."""

    key: str
    label: str
    kind: str
    help_text: str
    choices: list[str]
    currency: str
    target: str
    is_required: bool
    is_unique: bool
    default: Any


class ObjectShown(Schema):
    """An object of the workspace's own."""

    key: str
    label: str
    plural: str
    help_text: str


class TagTold(Told):
    """One word."""

    name: str


class TraitShown(Schema):
    """A computed trait and what it asks."""

    id: UUID
    name: str
    question: dict[str, Any]


class TraitValueShown(Schema):
    """A computed trait with its value of one person: a number, a text, a moment, or nothing."""

    id: UUID
    name: str
    value: Any


class TagsShown(Schema):
    """Every word that sticks on a person."""

    tags: list[str]


class RelationTold(Told):
    """How the person has to do with somebody or something."""

    kind: Literal[tuple(RelationKind.values)]  # type: ignore[valid-type] # the kinds are counted in one place
    is_forward: bool = Field(True, description=gettext_noop("Whether the person is the source of the relation."))
    other_kind: Literal["person", "company", "household"]
    other_id: UUID
    title: str = ""
    since: date | None = None
    until: date | None = None
    note: str = ""


class RelationEnd(Told):
    """The last day of a relation."""

    until: date


class RelationShown(Schema):
    """One relation, seen from the person."""

    id: UUID
    kind: str
    is_forward: bool
    other_kind: str
    other_id: UUID
    other_name: str
    title: str
    since: date | None
    until: date | None
    note: str


class SearchAsked(Schema):
    """What is searched for."""

    model_config = ConfigDict(extra="forbid")

    q: str = Field(description=gettext_noop("As it is typed into the search of the pages."))
    limit: int = Field(20, ge=1, le=50)


class HitShown(Schema):
    """One answer: a person, company or record."""

    kind: str
    id: UUID
    title: str
    detail: str
    reason: str


class Found(Schema):
    """What fits, the best first."""

    items: list[HitShown]


class ProblemShown(Schema):
    """A refusal (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str = Field(description=gettext_noop("What to do, in the language of Accept-Language."))
    errors: list[dict[str, str]] = Field(
        default_factory=list, description=gettext_noop("field and message of each field to mend")
    )
