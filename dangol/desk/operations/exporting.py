"""Beginning an export: whether there may be one, and that there was one."""

from datetime import datetime

from dangol.kit.errors import OperationError
from dangol.workspaces.enums import Deed, Limited
from dangol.workspaces.models import Member
from dangol.workspaces.operations import record_act, spend


class UnableToExport(OperationError):
    """The rows are more than the workspace may still export today."""


def begin_list_export(*, member: Member, listed: str, count: int, now: datetime) -> None:
    """
    Count so many rows of a list, which are about to be written into a file, as used, and record it.

    :raises UnableToExport: if they are more than the workspace may still export today
    """
    spend(workspace_id=member.workspace_id, what=Limited.EXPORT_ROWS, amount=count, now=now, refusal=UnableToExport)
    record_act(member=member, verb="export_list", detail={"list": listed, "rows": count}, now=now, deed=Deed.EXPORT)
