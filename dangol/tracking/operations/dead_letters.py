"""Taking events in again that could not be used before: the cause was mended, or people were merged."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from dangol.kit.errors import OperationError
from dangol.tracking.calls import ONE_OF_BATCH
from dangol.tracking.intake import NOTIFY
from dangol.tracking.models import DeadLetter
from dangol.workspaces.models import Member
from dangol.workspaces.operations import record_act

AT_A_TIME = 10_000


class UnableToTryAgain(OperationError):
    """There is nothing that could be taken in again."""


# Back through the inbox, as the collector would leave it: whoever stores it deletes it there in the same transaction.
BACK = """
WITH taken AS (
    DELETE FROM tracking_deadletter WHERE workspace_id = %(workspace)s AND id = ANY(%(ids)s)
    RETURNING source_id, received_at, call, body
)
INSERT INTO tracking_inbox (workspace_id, source_id, call, received_at, body)
SELECT %(workspace)s, source_id, CASE WHEN call = %(one)s THEN 'batch' ELSE call END, received_at,
    CASE WHEN call = %(one)s THEN convert_to('{"batch":[', 'UTF8') || body || convert_to(']}', 'UTF8') ELSE body END
FROM taken ORDER BY received_at
"""


@transaction.atomic
def try_again(*, letters: QuerySet[DeadLetter], member: Member, now: datetime) -> int:
    """
    Put dead letters back into the inbox; what still cannot be used comes back as a new one. Returns how many.

    Ten thousand at a time, the oldest first. Letters whose event was stored already stay.

    :param letters: of the member's workspace, which is entered
    :raises UnableToTryAgain: if none of them can be taken in again, or somebody was quicker
    """
    wanted = letters.filter(workspace_id=member.workspace_id).exclude(call="").select_for_update()
    found = list(wanted.order_by("received_at", "id").values_list("pk", "code")[:AT_A_TIME])
    if not found:
        raise UnableToTryAgain(_("Nothing of this can be tried again. Reload the page to see what is left."))
    columns: dict[str, Any] = {
        "workspace": member.workspace_id,
        "ids": [pk for pk, _code in found],
        "one": ONE_OF_BATCH,
    }
    with connection.cursor() as cursor:
        cursor.execute(BACK, columns)
        cursor.execute(NOTIFY, [str(member.workspace_id)])
    codes = sorted({code for _pk, code in found})
    record_act(member=member, verb="try_dead_letters_again", detail={"codes": codes, "letters": len(found)}, now=now)
    return len(found)
