"""Of what members are told by mail."""

from dangol.desk.models import NoticeChoice
from dangol.workspaces.models import Member


def notice_choice_of(member: Member) -> NoticeChoice:
    """What the member chose, or the defaults, unsaved."""
    chosen = NoticeChoice.objects.filter(workspace_id=member.workspace_id, member=member).first()
    return chosen or NoticeChoice(workspace_id=member.workspace_id, member=member)
