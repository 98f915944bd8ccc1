"""What a member may do in the staff shell."""

from typing import TYPE_CHECKING

from dangol.customers.permissions import may_change_people
from dangol.desk.enums import Scope
from dangol.workspaces.enums import Kind, Verb
from dangol.workspaces.models import Member
from dangol.workspaces.permissions import May, may_configure, may_import

if TYPE_CHECKING:
    from dangol.desk.models import SavedView

LISTED = (Kind.PEOPLE, Kind.COMPANIES)

may_change_rows = May(Verb.CHANGE, LISTED)
may_export = May(Verb.EXPORT, LISTED)


def scopes_of(member: Member) -> list[Scope]:
    """With whom the member may share a view: those without a team with no team, analysts with nobody but themselves."""
    shared = [Scope.TEAM] if member.team_id and may_change_people(member) else []
    everybody = [Scope.EVERYBODY] if may_import(member) else []
    return [Scope.PRIVATE, *shared, *everybody]


def may_change_view(member: Member, view: "SavedView") -> bool:
    """Whether the member may change a view: the one who made it, and administrators those that everybody sees."""
    return view.by_id == member.pk or (view.scope != Scope.PRIVATE and may_configure(member))
