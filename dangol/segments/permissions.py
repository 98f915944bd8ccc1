"""Who may describe people."""

from dangol.workspaces.enums import Kind, Verb
from dangol.workspaces.models import Member
from dangol.workspaces.permissions import May, sees_everybody

_may_change = May(Verb.CHANGE, [Kind.SEGMENTS])


def may_edit_segments(member: Member) -> bool:
    """
    Whether the member may make and change segments.

    A count answers questions about everybody (“is there one called …?”), so it takes the right to see everybody too.
    """
    return _may_change(member) and sees_everybody(member)
