"""Remembering what was answered, so that a request sent twice is done once."""

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.api.models import KeptAnswer
from dangol.api.problems import Problem
from dangol.kit.ids import uuid7
from dangol.kit.jobs import job
from dangol.workspaces.models import ApiKey

KEPT_FOR = timedelta(hours=24)
LONGEST_SENT = 255


def done_before(*, key: ApiKey, sent: str, asked: bytes, now: datetime) -> KeptAnswer:
    """
    Return what was answered before to the same request, or an empty answer that now belongs to this one.

    Two at the same moment: the second waits here until the first has its answer or has failed.

    :raises Problem: if the Idempotency-Key came with another request before, or is too long
    """
    if len(sent) > LONGEST_SENT or not sent.isprintable():
        raise Problem("bad-request", _("An Idempotency-Key has at most 255 printable letters."))
    own = KeptAnswer.objects.filter(workspace_id=key.workspace_id, key=key, sent=sent)
    own.filter(created_at__lt=now - KEPT_FOR).delete()
    mine = KeptAnswer(
        id=uuid7(), workspace_id=key.workspace_id, key=key, sent=sent,
        asked_digest=hashlib.sha256(asked).hexdigest(), created_at=now,
    )  # fmt: skip
    KeptAnswer.objects.bulk_create([mine], ignore_conflicts=True)
    kept = own.get()
    if kept.asked_digest != mine.asked_digest:
        raise Problem("key-used-before", _("Send another Idempotency-Key for another request."))
    return kept


def remember_answer(*, kept: KeptAnswer, status: int, headers: dict[str, str], body: str) -> None:
    """Keep the answer for a day."""
    KeptAnswer.objects.filter(workspace_id=kept.workspace_id, pk=kept.pk).update(
        status=status, headers=headers, body=body
    )


@job()
def forget_kept_answers(*, workspace_id: UUID) -> None:
    """Forget answers that are older than a day."""
    KeptAnswer.objects.filter(workspace_id=workspace_id, created_at__lt=timezone.now() - KEPT_FOR).delete()
