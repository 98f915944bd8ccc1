"""What a member may do with events. Of whom a member sees events is `queries.events_visible`."""

from dangol.workspaces.models import Member
from dangol.workspaces.permissions import may_import, sees_everybody


def may_describe_events(member: Member) -> bool:
    """Whether the member may say what events mean, and take warnings as understood."""
    return may_import(member)


def may_explore(member: Member) -> bool:
    """Whether the member may break events down by what they carry: those who see everybody anyway."""
    return sees_everybody(member)
