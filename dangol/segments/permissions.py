"""Who may describe people."""

from dangol.workspaces.models import Member
from dangol.workspaces.permissions import sees_everybody


def may_edit_segments(member: Member) -> bool:
    """
    Whether the member may make and change segments.

    A count answers questions about everybody (“is there one called …?”), so it takes the right to see everybody.
    """
    return sees_everybody(member)
