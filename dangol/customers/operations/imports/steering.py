"""Starting, pausing, going on with and cancelling the run of a file."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from dangol.customers.enums import ImportState, ImportTarget
from dangol.customers.models import ImportPiece, ImportProblem, PeopleImport
from dangol.customers.operations.imports.refusals import UnableToImport
from dangol.customers.operations.imports.rights import refuse_forbidden_columns
from dangol.customers.operations.imports.running import run_people_import
from dangol.workspaces.enums import Limited
from dangol.workspaces.models import Member
from dangol.workspaces.operations import refuse_beyond, spend


@transaction.atomic
def start_people_import(*, people_import: PeopleImport, member: Member, now: datetime) -> PeopleImport:
    """
    Queue the run of a checked file.

    :raises UnableToImport: if it was not checked, every line has a problem, or a limit of the workspace or the member's
        role forbids it
    """
    locked = _locked(people_import)
    refuse_forbidden_columns(locked, member)
    if locked.state != ImportState.CHECKED:
        raise UnableToImport(_("Check the file first."))
    if not locked.created_count + locked.updated_count:
        raise UnableToImport(_("No line of this file can be taken in. Mend the file and upload it again."))
    _refuse_beyond_limits(locked, now)
    ImportProblem.objects.filter(workspace_id=locked.workspace_id, people_import=locked).delete()
    locked.state, locked.by, locked.next_line, locked.started_at = ImportState.RUNNING, member, 0, now
    locked.created_count = locked.updated_count = locked.unchanged_count = locked.rejected_count = 0
    locked.save()
    run_people_import.defer(workspace_id=locked.workspace_id, import_id=locked.pk)
    return locked


@transaction.atomic
def pause_people_import(*, people_import: PeopleImport) -> PeopleImport:
    """
    Let the run stop after the lines that it is writing now.

    :raises UnableToImport: if it does not run
    """
    return _move(people_import, {ImportState.RUNNING}, ImportState.PAUSED)


@transaction.atomic
def resume_people_import(*, people_import: PeopleImport, member: Member) -> PeopleImport:
    """
    Queue the rest of a run that was paused or failed. It is this member's from now on.

    :raises UnableToImport: if it does not wait, or the member's role forbids it
    """
    refuse_forbidden_columns(people_import, member)
    if people_import.started_at is None:
        raise UnableToImport(_("Check the file first."))
    moved = _move(people_import, {ImportState.PAUSED, ImportState.FAILED}, ImportState.RUNNING)
    moved.by = member
    moved.save(update_fields=["by"])
    run_people_import.defer(workspace_id=moved.workspace_id, import_id=moved.pk)
    return moved


@transaction.atomic
def cancel_people_import(*, people_import: PeopleImport, now: datetime) -> PeopleImport:
    """
    End the import where it is. What was taken in stays; it can be undone. The file is thrown away.

    :raises UnableToImport: if it is over already
    """
    waiting = {
        ImportState.UPLOADED, ImportState.CHECKING, ImportState.CHECKED, ImportState.RUNNING, ImportState.PAUSED,
        ImportState.FAILED,
    }  # fmt: skip
    moved = _move(people_import, waiting, ImportState.CANCELLED)
    moved.finished_at = now
    moved.save(update_fields=["finished_at"])
    ImportPiece.objects.filter(workspace_id=moved.workspace_id, people_import=moved).delete()
    return moved


def _refuse_beyond_limits(checked: PeopleImport, now: datetime) -> None:
    """Count the lines that the check would take in, whole or not at all: a file is never cut off in the middle."""
    house = checked.workspace_id
    if checked.target == ImportTarget.PEOPLE:
        more = checked.created_count
        refuse_beyond(workspace_id=house, what=Limited.PEOPLE, more=more, now=now, refusal=UnableToImport)
    lines = checked.created_count + checked.updated_count
    spend(workspace_id=house, what=Limited.IMPORT_ROWS, amount=lines, now=now, refusal=UnableToImport)


def _move(people_import: PeopleImport, since: set[ImportState], to: ImportState) -> PeopleImport:
    locked = _locked(people_import)
    if locked.state not in since:
        raise UnableToImport(_("The import is in another state meanwhile. Look at it again."))
    locked.state = to
    locked.save(update_fields=["state"])
    return locked


def _locked(people_import: PeopleImport) -> PeopleImport:
    found = PeopleImport.objects.select_for_update(of=("self",))
    return found.get(workspace_id=people_import.workspace_id, pk=people_import.pk)
