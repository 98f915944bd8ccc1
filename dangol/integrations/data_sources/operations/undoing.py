"""Taking back what a run did."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from dangol.customers.operations import UndoResult, undo_batch
from dangol.integrations.data_sources.models import Run, SeenRow, Source
from dangol.integrations.data_sources.operations.scheduling import set_active
from dangol.kit.errors import OperationError
from dangol.workspaces.models import Member
from dangol.workspaces.operations import record_act


class UnableToUndo(OperationError):
    """The run is still going on, or was taken back before."""


@transaction.atomic
def undo_run(*, run: Run, member: Member, now: datetime) -> UndoResult:
    """
    Give everything that the run changed its former state; what was changed since is left.

    The source is paused: otherwise its next run would bring everything back. When this was its last run, the cursor
    goes back to where it was before, so that nothing is missed later.

    :raises UnableToUndo: while the run goes on, or if it was taken back already
    """
    held = Run.objects.select_for_update().get(workspace_id=run.workspace_id, pk=run.pk)
    if held.is_open or held.undone_at is not None:
        raise UnableToUndo(_("Only a run that has ended, and was not taken back before, can be taken back."))
    source = Source.objects.select_for_update(of=("self",)).select_related("workspace").get(pk=held.source_id)
    result = undo_batch(workspace_id=held.workspace_id, batch=held.pk, member=member, now=now)
    held.undone_at = now
    held.save(update_fields=["undone_at"])
    if source.cursor == held.cursor_after:
        source.cursor = held.cursor_before
        source.save(update_fields=["cursor"])
    SeenRow.objects.filter(workspace_id=held.workspace_id, source=source, run_id=held.pk).delete()
    if source.is_active:
        set_active(source=source, member=member, is_active=False, now=now)
    detail = {"run": str(held.pk), "undone": result.undone, "left": len(result.left)}
    record_act(member=member, verb="undo_data_source_run", detail=detail, now=now)
    return result
