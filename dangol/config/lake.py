"""`python -m dangol lake`: the operator's view of the lake, of every workspace."""

import argparse
import sys
from uuid import UUID

from django.utils import timezone

from dangol.kit import tenancy
from dangol.tracking import operations, queries
from dangol.workspaces.queries import all_workspaces


def tend_lake(options: argparse.Namespace) -> None:
    """Do one thing for every workspace, or for the one whose slug was given, and say how its lake stands then."""
    for workspace in all_workspaces():
        if options.workspace in ("", workspace.slug):
            ACTS[options.act](workspace.pk)
            sys.stdout.write(f"{workspace.slug}: {_standing(workspace.pk)}\n")


def _write(workspace_id: UUID) -> None:
    operations.write_lake(workspace_id=workspace_id)
    operations.copy_tables(workspace_id=workspace_id)


def _rebuild(workspace_id: UUID) -> None:
    with tenancy.workspace(workspace_id):
        operations.rebuild_lake(workspace_id=workspace_id)
    _write(workspace_id)


def _compact(workspace_id: UUID) -> None:
    operations.compact_lake(workspace_id=workspace_id, now=timezone.now())


def _standing(workspace_id: UUID) -> str:
    with tenancy.workspace(workspace_id):
        status = queries.lake_status(workspace_id=workspace_id)
    newest = f"{status.newest_at:%F %T}" if status.newest_at else "none"
    return (
        f"{status.rows} events in {len(status.months)} months, {status.files} files, {status.size} bytes, "
        f"newest event {newest}, {len(status.waiting)} months wait"
    )


ACTS = {"status": lambda _workspace_id: None, "write": _write, "rebuild": _rebuild, "compact": _compact}
