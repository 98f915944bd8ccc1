"""
How much a program may ask: so many requests a minute with one key, and so many an hour in a workspace that has a limit.

Counted in the memory of the web process, so that counting costs nothing: with several web processes each of them lets
the whole number of a minute through. What a workspace asked is written down every few seconds, after a request; until
then the other processes do not know of it.
"""

import threading
import time
from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dangol.api.problems import Problem
from dangol.kit import tenancy
from dangol.workspaces.enums import Limited
from dangol.workspaces.operations import count_use, limit_reached
from dangol.workspaces.queries import standings

PER_MINUTE = 600
BODY_BYTES = 1024 * 1024
MINUTE = 60
NOTED_EVERY = 10.0
"""Seconds between two writings of what one workspace asked."""

_lock = threading.Lock()
_counts: dict[UUID, int] = {}
_minute = 0
_unwritten: Counter[UUID] = Counter()
_written_at: dict[UUID, float] = {}
_left: dict[UUID, int] = {}
"""What workspaces with a limit had left when what they asked was last written down."""


def count_request(key_id: UUID) -> None:
    """Count one request. Raises a Problem with Retry-After when the key asked too often in this minute."""
    now = time.time()
    if _counted(key_id, int(now // MINUTE)) > PER_MINUTE:
        wait = MINUTE - int(now % MINUTE)
        said = _("This key may ask %(most)s times a minute. Ask again in %(seconds)s seconds.")
        values = {"most": PER_MINUTE, "seconds": wait}
        raise Problem("too-many", said % values, headers={"Retry-After": str(wait)})


def count_call(workspace_id: UUID, *, now: datetime) -> None:
    """
    Count one request of the entered workspace.

    :raises Problem: with Retry-After, when the workspace asked more in this hour than it may
    """
    with _lock:
        _unwritten[workspace_id] += 1
        asked = _unwritten[workspace_id]
        is_due = time.monotonic() - _written_at.get(workspace_id, 0.0) >= NOTED_EVERY
    if asked > _left.get(workspace_id, asked):
        _refuse_beyond(workspace_id, asked, now)
    if is_due:
        transaction.on_commit(lambda: _write_down(workspace_id, now), robust=True)


def _refuse_beyond(workspace_id: UUID, asked: int, now: datetime) -> None:
    """Look whether the limit is still reached: another hour may have begun, or the limit been raised."""
    (standing,) = standings(workspace_id, now=now, of=[Limited.API_CALLS])
    if standing.most is None or standing.used + asked <= standing.most:
        return
    with _lock:
        _unwritten[workspace_id] -= 1
    wait = int((now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1) - now).total_seconds()) + 1
    raise Problem("too-many", limit_reached(Limited.API_CALLS, room=0), headers={"Retry-After": str(wait)})


def _write_down(workspace_id: UUID, now: datetime) -> None:
    """Add what was asked to what the workspace used, in a short transaction of its own; keep in mind what is left."""
    with _lock:
        asked = _unwritten.pop(workspace_id, 0)
        _written_at[workspace_id] = time.monotonic()
    with tenancy.workspace(workspace_id):
        if asked:
            count_use(workspace_id=workspace_id, what=Limited.API_CALLS, amount=asked, now=now)
        (standing,) = standings(workspace_id, now=now, of=[Limited.API_CALLS])
    if standing.most is None:
        _left.pop(workspace_id, None)
    else:
        _left[workspace_id] = max(0, standing.most - standing.used)


def _counted(key_id: UUID, minute: int) -> int:
    global _minute  # noqa: PLW0603 - one count for the whole process
    with _lock:
        if minute != _minute:
            _minute = minute
            _counts.clear()
        _counts[key_id] = _counts.get(key_id, 0) + 1
        return _counts[key_id]


def forget_counts() -> None:
    """Begin to count anew."""
    with _lock:
        for counted in (_counts, _unwritten, _written_at, _left):
            counted.clear()
