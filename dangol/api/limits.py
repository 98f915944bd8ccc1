"""
How much a program may ask: so many requests a minute with one key.

Counted in the memory of the web process, so that counting costs nothing: with several web processes each of them lets
the whole number through.
"""

import threading
import time
from uuid import UUID

from django.utils.translation import gettext as _

from dangol.api.problems import Problem

PER_MINUTE = 600
BODY_BYTES = 1024 * 1024
MINUTE = 60

_lock = threading.Lock()
_counts: dict[UUID, int] = {}
_minute = 0


def count_request(key_id: UUID) -> None:
    """Count one request. Raises a Problem with Retry-After when the key asked too often in this minute."""
    now = time.time()
    if _counted(key_id, int(now // MINUTE)) > PER_MINUTE:
        wait = MINUTE - int(now % MINUTE)
        said = _("This key may ask %(most)s times a minute. Ask again in %(seconds)s seconds.")
        values = {"most": PER_MINUTE, "seconds": wait}
        raise Problem("too-many", said % values, headers={"Retry-After": str(wait)})


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
        _counts.clear()
