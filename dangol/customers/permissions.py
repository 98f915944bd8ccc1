"""What a member may do with people. Which people a member sees is `Person.objects.visible_to`."""

from dangol.workspaces.enums import Role
from dangol.workspaces.models import Member


def may_delete_for_good(member: Member) -> bool:
    """Whether the member may end what lies in the trash before its thirty days are over."""
    return member.role == Role.ADMINISTRATOR


def may_reveal(member: Member) -> bool:
    """Whether the member may read what is kept sealed of the people that they see."""
    return member.role in {Role.ADMINISTRATOR, Role.MANAGER, Role.PRIVACY_OFFICER}


def may_change_people(member: Member) -> bool:
    """Whether the member may add people, change them, and write down what they said about consent."""
    return member.role not in {Role.ANALYST, Role.PRIVACY_OFFICER}
