"""What a restored database means for the rooms; settled before anything is sent or worked on."""

import logging

from django.db import transaction
from django.utils import timezone

from dangol.kit import tenancy
from dangol.marketing.operations import stop_in_doubt
from dangol.messaging.operations import settle_restored
from dangol.tracking.operations import rebuild_lake
from dangol.workspaces.operations import begin_life
from dangol.workspaces.queries import all_workspaces

logger = logging.getLogger(__name__)


def settle_if_restored() -> None:
    """
    Hold what may have been sent before, and let the lake be written anew. All of it or nothing, once for a restoring.

    Everything else may run twice: events are counted by their ids, jobs are made for it.
    """
    now = timezone.now()
    with transaction.atomic():
        if begin_life(now=now):
            for workspace in all_workspaces():
                with tenancy.workspace(workspace.pk):
                    unknown = settle_restored(workspace_id=workspace.pk, now=now)
                    stopped = stop_in_doubt(workspace_id=workspace.pk, now=now)
                    rebuild_lake(workspace_id=workspace.pk)
                logger.warning(
                    "The database was restored. In %s %s messages may have been sent before, and wait for somebody to "
                    "settle them; %s campaigns are stopped.", workspace.slug, unknown, stopped,
                )  # fmt: skip
