"""Members and teams in the words of SCIM 2.0 (RFC 7643): a team is a group, a role is a role."""

from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from django.conf import settings
from scim2_models import (
    URN,
    AuthenticationScheme,
    Bulk,
    CaseExact,
    ChangePassword,
    ComplexAttribute,
    ETag,
    Filter,
    Meta,
    Mutability,
    Patch,
    Required,
    Resource,
    ScimPolicy,
    ScimProvider,
    ServiceProviderConfig,
    Sort,
    Uniqueness,
)

from dangol.kit.ids import as_uuid
from dangol.workspaces.enums import Role
from dangol.workspaces.models import Member, Team
from dangol.workspaces.operations import Entry

PREFIX = "/scim/v2"
MOST = 200


class DirectoryRole(StrEnum):
    """The roles a directory gives: all but those of a workspace's own making, which are given in Dangol."""

    ADMINISTRATOR = Role.ADMINISTRATOR.value
    MANAGER = Role.MANAGER.value
    MARKETER = Role.MARKETER.value
    SALES = Role.SALES.value
    SERVICE = Role.SERVICE.value
    ANALYST = Role.ANALYST.value
    PRIVACY_OFFICER = Role.PRIVACY_OFFICER.value
    SHOP_STAFF = Role.SHOP_STAFF.value
    PARTNER = Role.PARTNER.value


class MemberRole(ComplexAttribute):
    value: DirectoryRole | None = None


class User(Resource[Any]):
    """A member. `userName` is the e-mail address with which the member signs in."""

    __schema__ = URN("urn:ietf:params:scim:schemas:core:2.0:User")

    user_name: Annotated[str | None, Uniqueness.server, Required.true] = None
    display_name: str | None = None
    active: bool | None = None
    roles: list[MemberRole] | None = None

    @property
    def entry(self) -> Entry:
        """What it says of the member: of several roles the last."""
        told = [one.value for one in self.roles or () if one.value]
        email = (self.user_name or "").strip().lower()
        return Entry(
            email=email,
            name=(self.display_name or email)[:100],
            role=Role(told[-1]) if told else None,
            is_active=self.active is not False,
            external_id=self.external_id or "",
        )


class GroupMember(ComplexAttribute):
    value: Annotated[str | None, Mutability.immutable, CaseExact.true] = None
    display: Annotated[str | None, Mutability.read_only] = None


class Group(Resource[Any]):
    """A team."""

    __schema__ = URN("urn:ietf:params:scim:schemas:core:2.0:Group")

    display_name: Annotated[str | None, Uniqueness.server, Required.true] = None
    members: list[GroupMember] | None = None

    @property
    def member_ids(self) -> list[UUID]:
        return [member_id for one in self.members or () if (member_id := as_uuid(one.value or ""))]


LENIENT = ScimPolicy(
    unknown=ScimPolicy.Unknown.ignore,
    remove_value_as_filter=ScimPolicy.RemoveValue.apply,
    unmatched_path_filter=ScimPolicy.UnmatchedPathFilter.create,
)
"""Directories tell more of people than we keep, and Entra ID has ways of its own to say what to change."""

SERVICE = ScimProvider(
    [User, Group],
    config=ServiceProviderConfig(
        patch=Patch(supported=True),
        bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
        filter=Filter(supported=True, max_results=MOST),
        change_password=ChangePassword(supported=False),
        sort=Sort(supported=False),
        etag=ETag(supported=False),
        authentication_schemes=[
            AuthenticationScheme(
                type=AuthenticationScheme.Type.oauthbearertoken,
                name="API key",
                description="A key that manages members",
                primary=True,
            )
        ],
    ),
    policy=LENIENT,
)


def user_of(member: Member) -> User:
    """Return a member as the directory sees it."""
    return User(
        id=str(member.pk),
        external_id=member.external_id or None,
        user_name=member.user.email,
        display_name=member.user.name,
        active=member.ended_at is None,
        roles=None if member.role == Role.CUSTOM else [MemberRole(value=DirectoryRole(member.role))],
        meta=_meta("User", member.pk),
    )


def group_of(team: Team, members: list[Member]) -> Group:
    """Return a team as the directory sees it."""
    return Group(
        id=str(team.pk),
        external_id=team.external_id or None,
        display_name=team.name,
        members=[GroupMember(value=str(one.pk), display=one.user.name) for one in members] or None,
        meta=_meta("Group", team.pk),
    )


def _meta(kind: str, row_id: UUID) -> Meta:
    return Meta(resource_type=kind, location=f"{settings.PUBLIC_URL}{PREFIX}/{kind}s/{row_id}")
