"""Which columns the lists of people and companies offer, and which are shown when nobody has chosen."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dangol.customers.queries import field_definitions
from dangol.desk.enums import Listed
from dangol.desk.queries.sorting import FIELD
from dangol.desk.tables.columns import (
    AgoColumn,
    BusinessNumberColumn,
    Column,
    CompaniesColumn,
    DayColumn,
    HeadcountColumn,
    Label,
    OwnerColumn,
    PhoneColumn,
    StrengthColumn,
    TagsColumn,
    field_column,
)
from dangol.workspaces.enums import FieldAccess
from dangol.workspaces.models import Member
from dangol.workspaces.permissions import FIELDS

PEOPLE: Sequence[Column] = (
    Column("email", _("E-mail"), editor="email", sort="email"),
    PhoneColumn("phone", _("Phone"), editor="tel"),
    CompaniesColumn("company", _("Company")),
    Column("city", _("City"), editor="text"),
    Column("country", _("Country"), editor="country"),
    Column("postal_code", _("Postal code"), editor="text"),
    Column("address", _("Address"), editor="text"),
    Column("language", _("Language"), editor="language"),
    OwnerColumn("owner", _("Owner"), "owner_id", editor="owner"),
    TagsColumn("tags", _("Tags")),
    StrengthColumn("strength", _("Relationship")),
    DayColumn("born_on", _("Date of birth"), editor="date"),
    Column("honorific", _("Form of address"), editor="text"),
    Column("external_id", _("Customer number"), editor="text"),
    Column("origin", _("Origin")),
    AgoColumn("last_seen_at", _("Last seen"), sort="seen"),
    DayColumn("created_at", _("Added"), sort="newest"),
)
COMPANIES: Sequence[Column] = (
    BusinessNumberColumn("business_number", _("Business number"), editor="text"),
    HeadcountColumn("headcount", _("People")),
    Column("industry", _("Industry"), editor="text"),
    Column("domain", _("Domain"), editor="text"),
    Column("email", _("E-mail"), editor="email"),
    PhoneColumn("phone", _("Phone"), editor="tel"),
    Column("city", _("City"), editor="text"),
    Column("country", _("Country"), editor="country"),
    Column("postal_code", _("Postal code"), editor="text"),
    Column("address", _("Address"), editor="text"),
    OwnerColumn("owner", _("Owner"), "owner_id", editor="owner"),
    TagsColumn("tags", _("Tags")),
    Column("external_id", _("Customer number"), editor="text"),
    DayColumn("created_at", _("Added"), sort="newest"),
)
USUAL: Mapping[Listed, Sequence[str]] = {
    Listed.PEOPLE: ("email", "phone", "city", "owner", "strength", "last_seen_at", "created_at"),
    Listed.COMPANIES: ("business_number", "headcount", "industry", "city", "owner", "created_at"),
}


def columns_offered(listed: Listed, member: Member) -> dict[str, Column]:
    """
    Return every column that the list can show the member, by key; the workspace's own fields come last.

    What the member may not change has no input; what is masked sorts and groups nothing, and own fields stay away.
    """
    core = PEOPLE if listed == Listed.PEOPLE else COMPANIES
    hidden = member.rights.masked if listed == Listed.PEOPLE else frozenset()
    every = {column.key: column for column in (*core, *_own_fields(listed, member.workspace_id))}
    if listed == Listed.PEOPLE:
        for key, access in member.rights.fields.items():
            if key in every and access != FieldAccess.WRITE:
                every[key] = replace(every[key], editor="", sort="" if access == FieldAccess.MASK else every[key].sort)
    return {key: column for key, column in every.items() if not (key.startswith(FIELD) and key in hidden)}


def field_names(listed: Listed, workspace_id: UUID) -> dict[str, Label]:
    """Return the fields to which roles have different access, with their labels; the own ones come last."""
    core = {column.key: column.label for column in PEOPLE if column.key in FIELDS}
    return core | {column.key: column.label for column in _own_fields(listed, workspace_id)}


def columns_chosen(listed: Listed, offered: Mapping[str, Column], keys: Sequence[str]) -> list[Column]:
    """Return the columns of a view in its order. What is gone is left out; without a choice the usual ones come."""
    return [offered[key] for key in keys or USUAL[listed] if key in offered]


def _own_fields(listed: Listed, workspace_id: UUID) -> list[Column]:
    fields = field_definitions(workspace_id=workspace_id, object="person" if listed == Listed.PEOPLE else "company")
    return [field_column(definition) for definition in fields]
