"""
Work that happens after the answer.

A job is an operation that takes ids. `defer` writes it on the current transaction: a rollback takes the job with it.
It runs in one transaction of its own, as the workspace that deferred it, and may run twice: make it idempotent.
What it changes carries its name in the history.
"""

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Generic, ParamSpec
from uuid import UUID

import msgspec
from django.db import connection, transaction
from procrastinate.contrib.django import app as procrastinate_app
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job as QueuedJob

from dangol.kit import tenancy
from dangol.kit.authorship import working_on
from dangol.kit.tracing import span

P = ParamSpec("P")

SOON = 10
"""Priority of what somebody waits for: it goes before whatever else is queued."""

UNTIL_RESUMED = datetime(9999, 1, 1, tzinfo=UTC)
TAKE_UP = """
UPDATE procrastinate_jobs SET scheduled_at = NULL
WHERE args->>'workspace_id' = %s AND status = 'todo' AND scheduled_at = %s
"""
ROW = "ROW(%s, %s, %s, %s, NULL, %s::jsonb, NULL)::procrastinate_job_to_defer_v1"


class Job(Generic[P]):
    """A function that can be called now, or later with `defer`."""

    def __init__(self, function: Callable[P, None], *, queue: str, retry: int, atomic: bool, priority: int) -> None:
        functools.update_wrapper(self, function)
        self._function = function
        self._types = {name: p.annotation for name, p in inspect.signature(function, eval_str=True).parameters.items()}
        self._atomic = atomic
        self.name = f"{function.__module__}.{function.__qualname__}"
        self._task = procrastinate_app.task(name=self.name, queue=queue, retry=retry, priority=priority)(self.run)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> None:
        self._function(*args, **kwargs)

    def defer(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Queue one run on the current transaction. Keyword arguments only."""
        defer_all([(self, kwargs)])

    def defer_once(self, key: str, *args: P.args, **kwargs: P.kwargs) -> None:
        """Queue one run unless a run with the same key still waits."""
        self._queue_once(kwargs, queueing_lock=key)

    def defer_until(self, key: str, moment: datetime, /, *args: P.args, **kwargs: P.kwargs) -> None:
        """Queue one run for a moment to come, unless a run with the same key still waits."""
        self._queue_once(kwargs, queueing_lock=key, schedule_at=moment)

    def _queue_once(self, kwargs: Mapping[str, Any], **how: Any) -> None:
        try:
            with transaction.atomic():
                self._task.configure(**how).defer(**msgspec.to_builtins(kwargs))
        except AlreadyEnqueued:
            return

    def row(self, kwargs: Mapping[str, Any]) -> list[Any]:
        """Return what the queue's table keeps of one run with these arguments."""
        task = self._task
        return [task.queue, task.name, task.priority, task.lock, msgspec.json.encode(kwargs).decode()]

    def run(self, **stored: Any) -> None:
        """Run from the queue: give the stored arguments their types back and enter the workspace."""
        known = {
            name: msgspec.convert(value, self._types[name]) for name, value in stored.items() if name in self._types
        }
        workspace_id = UUID(str(stored["workspace_id"]))
        with working_on(self._function.__name__), span(f"job {self.name}", {"dangol.workspace": str(workspace_id)}):
            if not self._atomic:
                self._function(**known)  # type: ignore[call-arg] # ParamSpec cannot describe decoded arguments
                return
            with tenancy.workspace(workspace_id):
                self._function(**known)  # type: ignore[call-arg] # ParamSpec cannot describe decoded arguments


def defer_all(runs: Sequence[tuple[Job[Any], Mapping[str, Any]]]) -> None:
    """
    Queue several runs on the current transaction, in one statement.

    It calls what the queue itself calls. The queue's own client quotes each id of a long list three times over.
    """
    if not runs:
        return
    rows = ", ".join([ROW] * len(runs))
    values = [value for queued, kwargs in runs for value in queued.row(kwargs)]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT procrastinate_defer_jobs_v1(ARRAY[{rows}])", values)


def put_aside(queued: QueuedJob) -> None:
    """Queue a run again that waits until its workspace is resumed, unless one with the same key waits already."""
    task = procrastinate_app.configure_task(
        queued.task_name, queue=queued.queue, lock=queued.lock, queueing_lock=queued.queueing_lock,
        priority=queued.priority, schedule_at=UNTIL_RESUMED,
    )  # fmt: skip
    with suppress(AlreadyEnqueued), transaction.atomic():
        task.defer(**queued.task_kwargs)


def take_up(workspace_id: UUID) -> None:
    """Let what was put aside run now."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE_UP, [str(workspace_id), UNTIL_RESUMED])


def job(
    *, queue: str = "default", retry: int = 5, atomic: bool = True, priority: int = 0
) -> Callable[[Callable[P, None]], Job[P]]:
    """
    Make an operation deferrable. Its first keyword is `workspace_id`.

    :param retry: attempts before the job is parked as failed
    :param atomic: False for work that commits in steps and enters its workspace itself
    :param priority: of what waits, the highest goes first, and of equal ones the oldest
    """

    def decorate(function: Callable[P, None]) -> Job[P]:
        return Job(function, queue=queue, retry=retry, atomic=atomic, priority=priority)

    return decorate
