"""
Who changes something, why, and as part of what: told to PostgreSQL, whose triggers write it into the history.

Like the workspace, the settings end with the transaction, so that nobody's name can slip into another's change.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from django.db import connection

NAMES = ("dangol.member", "dangol.reason", "dangol.batch")
READ = "SELECT " + ", ".join(f"coalesce(current_setting('{name}', true), '')" for name in NAMES)
WRITE = "SELECT " + ", ".join(f"set_config('{name}', %s, true)" for name in NAMES)

standing_reason: ContextVar[str] = ContextVar("standing_reason", default="")
"""The job that runs. `tenancy.workspace` tells the database, in the statement that enters the workspace."""


@contextmanager
def act_as(*, member_id: UUID | None = None, reason: str = "", batch: UUID | None = None) -> Iterator[None]:
    """
    Sign every change inside the block; what is not given keeps what the block around it said.

    :param reason: a short code such as "import", "merge" or "bulk_edit"
    :param batch: groups changes that are undone together
    """
    with connection.cursor() as cursor:
        cursor.execute(READ)
        before = cursor.fetchone()
        given = (str(member_id or ""), reason, str(batch or ""))
        cursor.execute(WRITE, [new or old for new, old in zip(given, before, strict=True)])
    yield
    with connection.cursor() as cursor:
        cursor.execute(WRITE, before)


@contextmanager
def working_on(job: str) -> Iterator[None]:
    """Give every workspace that is entered inside the block this job's name as the reason of what changes."""
    token = standing_reason.set(job)
    try:
        yield
    finally:
        standing_reason.reset(token)


@contextmanager
def erasing() -> Iterator[None]:
    """
    Let a block delete for good: nothing inside it is written into the history, and the history itself may be deleted.

    For erasure only. Outside of it the database refuses to delete a line of the history.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('dangol.erasing', 'on', true)")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('dangol.erasing', '', true)")
