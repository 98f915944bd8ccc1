"""What this installation needs to do its work: asked by load balancers, by Prometheus and by the doctor."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

ENOUGH_DISK = 1024**3
"""Bytes."""
STALLED_AFTER = 20.0
"""Seconds without a sign of life after which a worker counts as killed."""

LAST_BEAT = "SELECT extract(epoch FROM now() - max(last_heartbeat))::float FROM procrastinate_workers"


@dataclass(frozen=True)
class Check:
    """
    One thing looked at.

    :ivar is_needed: whether pages cannot be served without it
    """

    subject: str
    is_well: bool
    words: str
    is_needed: bool = True


def checks() -> Iterator[Check]:
    """Look at everything. Without the database there is nothing more to see than the disk."""
    yield check_disk(settings.DATA_DIRECTORY)
    try:
        with connection.cursor() as cursor:
            yield check_worker(beat_age(cursor))
            yield Check("database", is_well=True, words="answers")
        behind = not _is_migrated()
    except DatabaseError:
        yield Check("database", is_well=False, words="does not answer")
        return
    yield Check("migrations", not behind, "missing: run `python -m dangol migrate`" if behind else "applied")


def check_disk(data: Path) -> Check:
    """Whether there is room for files, the lake and backups."""
    place = next(folder for folder in (data, *data.parents) if folder.exists())
    free = shutil.disk_usage(place).free
    return Check("disk", free > ENOUGH_DISK, f"{free // 1024**2} MB free")


def beat_age(cursor: Any) -> float | None:
    """Return how many seconds ago a worker gave a sign of life; None if there is none at all."""
    cursor.execute(LAST_BEAT)
    age: float | None = cursor.fetchone()[0]
    return age


def check_worker(age: float | None) -> Check:
    """Whether somebody works on what waits. Pages are served without, so nobody should be sent away for it."""
    is_well = age is not None and age < STALLED_AFTER
    words = "no sign of life: start `python -m dangol worker`" if age is None else f"last sign of life {age:.0f} s ago"
    return Check("worker", is_well, words, is_needed=False)


_migrated = False


def _is_migrated() -> bool:
    """Whether the database has every migration of this code. Once seen it stays so as long as the process lives."""
    global _migrated  # noqa: PLW0603 - one memory for the whole process
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated
