"""What a member may do in the staff shell."""

from typing import TYPE_CHECKING

from dangol.customers.permissions import may_change_people
from dangol.desk.enums import Scope
from dangol.workspaces.enums import Role
from dangol.workspaces.models import Member
from dangol.workspaces.permissions import may_import

if TYPE_CHECKING:
    from dangol.desk.models import SavedView


def scopes_of(member: Member) -> list[Scope]:
    """With whom the member may share a view: those without a team with no team, analysts with nobody but themselves."""
    shared = [] if member.role in {Role.ANALYST, Role.PRIVACY_OFFICER} else [Scope.TEAM] if member.team_id else []
    everybody = [Scope.EVERYBODY] if may_import(member) else []
    return [Scope.PRIVATE, *shared, *everybody]


def may_change_view(member: Member, view: "SavedView") -> bool:
    """Whether the member may change a view: the one who made it, and administrators those that everybody sees."""
    return view.by_id == member.pk or (view.scope != Scope.PRIVATE and member.role == Role.ADMINISTRATOR)


def may_change_rows(member: Member) -> bool:
    """Whether the member may edit rows in a list."""
    return may_change_people(member)


def may_export(member: Member) -> bool:
    """Whether the member may carry a list out of the house."""
    return may_import(member) or member.role == Role.ANALYST
