"""What a member may do. Rows are chosen by `visible_to`; these are the questions about acts."""

from typing import TYPE_CHECKING

from dangol.workspaces.enums import Role

if TYPE_CHECKING:
    from dangol.workspaces.models import Member

SEES_EVERYBODY = frozenset({Role.ADMINISTRATOR, Role.MANAGER, Role.MARKETER, Role.ANALYST, Role.PRIVACY_OFFICER})
MAY_SEND = frozenset({Role.ADMINISTRATOR, Role.MANAGER, Role.MARKETER})
MAY_IMPORT = frozenset({Role.ADMINISTRATOR, Role.MANAGER, Role.MARKETER})
MAY_CONFIGURE = frozenset({Role.ADMINISTRATOR})
MAY_AUDIT = frozenset({Role.ADMINISTRATOR, Role.PRIVACY_OFFICER})


def sees_everybody(member: "Member") -> bool:
    """Whether the member sees all customers, or only those of the own team and those of nobody."""
    return member.role in SEES_EVERYBODY


def may_send(member: "Member") -> bool:
    """Whether the member may launch campaigns."""
    return member.role in MAY_SEND


def may_import(member: "Member") -> bool:
    """Whether the member may bring in files of people."""
    return member.role in MAY_IMPORT


def may_configure(member: "Member") -> bool:
    """Whether the member may change the workspace's settings."""
    return member.role in MAY_CONFIGURE


def may_audit(member: "Member") -> bool:
    """Whether the member may read the record of who saw and did what."""
    return member.role in MAY_AUDIT
