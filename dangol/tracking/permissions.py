"""What a member may do with events. Of whom a member sees events is `queries.events_visible`."""

from dangol.workspaces.enums import Kind, Verb
from dangol.workspaces.models import Member
from dangol.workspaces.permissions import May, sees_everybody

may_describe_events = May(Verb.CHANGE, [Kind.EVENTS])
"""To say what events mean, and to take warnings as understood."""


def may_explore(member: Member) -> bool:
    """Whether the member may break events down by what they carry: those who see everybody anyway."""
    return sees_everybody(member)
