"""A job that names another workspace than its row belongs to finds no row there."""

import datetime as dt
import importlib
import inspect
import pkgutil
from contextlib import suppress
from typing import Any, get_args
from uuid import UUID

import pytest
from django.db import transaction
from procrastinate.contrib.django import app

import dangol
from dangol.kit.ids import uuid7
from dangol.kit.jobs import Job
from tests.factories import NOW
from tests.security.contents import contents
from tests.security.walked import Town

CALLED_ELSE = {
    "definition_id": "field_id", "message_ids": "message_id", "person_ids": "person_id",
    "run_bulk_change.change_id": "bulk_progress.change_id", "run_undo.change_id": "bulk_undo.change_id",
    "review_event_file.file_id": "event_files.file_id", "run_event_file.file_id": "event_files.file_id",
}  # fmt: skip
"""What the walked addresses call the same row."""
OTHERWISE: dict[Any, Any] = {str: "one", int: 1, bool: True, dt.datetime: NOW, UUID: UUID(int=1)}


def jobs() -> dict[Job[Any], dict[str, Any]]:
    """Return every job that is told of a row, with the types of its arguments."""
    for module in pkgutil.walk_packages(dangol.__path__, "dangol."):
        if ".operations" in module.name:
            importlib.import_module(module.name)
    known = [getattr(task.func, "__self__", None) for task in app.tasks.values()]
    found = {}
    for job in sorted((one for one in known if isinstance(one, Job)), key=lambda one: one.name):
        arguments = inspect.signature(job, eval_str=True).parameters
        kinds = {name: one.annotation for name, one in arguments.items() if name != "workspace_id"}
        if any(kind is UUID or UUID in get_args(kind) for kind in kinds.values()):
            found[job] = kinds
    return found


@pytest.mark.shows("AC-36", "8.4.1")
def test_a_job_of_another_workspace_reaches_no_row_of_ours(town: Town) -> None:
    """Every job is run with Lee's workspace and with our rows, as if somebody had rewritten what waits in the queue."""
    ours, theirs = town.cast.workspace.pk, town.cast.other_workspace.pk
    before = contents(ours)
    reached, named = [], 0
    for job, kinds in jobs().items():
        told = {name: argument(town, job, name, kind) for name, kind in kinds.items()}
        named += any(value in town.values.values() for value in told.values() if isinstance(value, UUID))
        with suppress(Exception), transaction.atomic():  # it may refuse, and must not reach
            job.run(workspace_id=str(theirs), **told)
        if (after := contents(ours)) != before:
            reached.append(f"{job.name}: {[table for table in after if after[table] != before[table]]}")
            before = after
    assert named > 10
    assert not reached, "\n".join(reached)


def argument(town: Town, job: Job[Any], name: str, kind: Any) -> Any:
    """Return our row's id where an argument names one, and something of the right type elsewhere."""
    short = job.name.rpartition(".")[2]
    known = CALLED_ELSE.get(f"{short}.{name}") or CALLED_ELSE.get(name) or name
    value = town.values.get(known, OTHERWISE.get(kind, uuid7()))
    return [value] if UUID in get_args(kind) or str in get_args(kind) else value
