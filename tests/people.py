"""
The cast of every permission test.

지은 owns the customer, 민수 is in her team, Dana is in another team, Lee is in another workspace.
"""

from dataclasses import dataclass

from dangol.kit import tenancy
from dangol.workspaces.enums import Role
from dangol.workspaces.models import Member, Team, User, Workspace


@dataclass(frozen=True)
class Cast:
    """Members of two workspaces. 지은, 민수 and Dana are sales people, who see only their team's customers."""

    workspace: Workspace
    other_workspace: Workspace
    admin: Member
    marketer: Member
    jieun: Member
    minsu: Member
    dana: Member
    lee: Member


def make_cast(mark: str = "") -> Cast:
    """
    Make both workspaces and leave: the database shows nobody's rows until a test enters one.

    :param mark: what tells the names of several casts in one database apart
    """
    workspace = Workspace(name=f"단골상회{mark}", slug=f"dangol{mark}")
    other = Workspace(name="Lee & Co", slug=f"lee{mark}")
    seoul, busan = Team(workspace=workspace, name="서울"), Team(workspace=workspace, name="부산")
    members = {
        "admin": _member(workspace, "관리자", f"admin{mark}", Role.ADMINISTRATOR),
        "marketer": _member(workspace, "마케터", f"marketer{mark}", Role.MARKETER),
        "jieun": _member(workspace, "지은", f"jieun{mark}", Role.SALES, seoul),
        "minsu": _member(workspace, "민수", f"minsu{mark}", Role.SALES, seoul),
        "dana": _member(workspace, "Dana", f"dana{mark}", Role.SALES, busan, language="en"),
    }
    lee = _member(other, "Lee", f"lee{mark}", Role.ADMINISTRATOR, language="en")
    Workspace.objects.bulk_create([workspace, other])
    User.objects.bulk_create([member.user for member in (*members.values(), lee)])
    with tenancy.workspace(workspace.pk):
        Team.objects.bulk_create([seoul, busan])
        Member.objects.bulk_create(members.values())
    with tenancy.workspace(other.pk):
        lee.save(force_insert=True)
    return Cast(workspace, other, **members, lee=lee)


def _member(
    workspace: Workspace, name: str, login: str, role: Role, team: Team | None = None, *, language: str = "ko"
) -> Member:
    user = User(email=f"{login}@example.com", name=name, language=language)
    user.set_password("correct horse battery")
    return Member(workspace=workspace, user=user, role=role, team=team)
