"""
Recurring work. The one table: job, every so many seconds, once per workspace.

One worker of all takes the part of the clock, by a lock in the database; the jobs themselves run wherever a worker is
free. A job that still waits is not queued a second time.
"""

import logging
import threading
import time
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.db import transaction

from dangol.api import operations as api
from dangol.customers import operations as customers
from dangol.desk import operations as desk
from dangol.integrations.bounce_mailbox import operations as bounce_mailbox
from dangol.integrations.data_sources import operations as data_sources
from dangol.kit.jobs import Job
from dangol.kit.leading import leading
from dangol.marketing import operations as marketing
from dangol.messaging import operations as messaging
from dangol.privacy import operations as privacy
from dangol.relations import operations as relations
from dangol.segments import operations as segments
from dangol.tracking import operations as tracking
from dangol.workspaces import operations as workspaces
from dangol.workspaces.queries import served_workspaces

logger = logging.getLogger(__name__)

DAY = 86_400

SCHEDULE: tuple[tuple[Job[Any], int], ...] = (
    (marketing.continue_campaigns, 3),
    (segments.refresh_moving_segments, 60),
    (bounce_mailbox.read_mailbox, 60),
    (data_sources.run_due_sources, 20),
    (tracking.write_lake, 60),
    (tracking.copy_tables, 3600),
    (customers.compare_changed_people, 5),
    (customers.compare_changed_companies, 5),
    (customers.gather_stragglers, 600),
    (customers.empty_trash, DAY),
    (messaging.tell_of_consents, 3600),
    (customers.forget_copies, DAY),
    (customers.sweep_files, DAY),
    (customers.end_keeping, DAY),
    (privacy.apply_retention, DAY),
    (api.forget_kept_answers, 3600),
    (tracking.watch_volumes, 3600),
    (desk.forget_event_exports, DAY),
    (desk.measure_levels, 3600),
    (desk.tell_members, 300),
    (relations.refresh_strength, DAY),
    (relations.tell_of_silence, DAY),
    (workspaces.expire_approvals, 60),
    (workspaces.seal_audit, 60),
    (workspaces.turn_audit_months, DAY),
)

ONE_CLOCK = 74203
TICK = 1.0
PATIENCE_WITH_OTHERS = 5.0


@dataclass
class Clock:
    """Knows which jobs are due. A job's first run comes with the first tick."""

    schedule: tuple[tuple[Job[Any], int], ...]
    due_at: dict[str, float] = field(default_factory=dict)

    def due(self, now: float) -> list[Job[Any]]:
        """Return the jobs whose time has come, and set their next time. `now` counts seconds, from anywhere."""
        ready = [(job, every) for job, every in self.schedule if self.due_at.get(job.name, now) <= now]
        self.due_at |= {job.name: now + every for job, every in ready}
        return [job for job, _ in ready]


def keep_time(*, stop: threading.Event) -> None:
    """Queue what is due until told to stop, as long as no other worker does it."""
    while not stop.is_set():
        with leading(ONE_CLOCK) as leads:
            if leads is not None:
                _tick_until(stop, leads)
        stop.wait(PATIENCE_WITH_OTHERS)


def queue_for_everybody(jobs: list[Job[Any]]) -> None:
    """Queue each job once for every workspace."""
    if not jobs:
        return
    with transaction.atomic():
        for workspace in served_workspaces():
            for job in jobs:
                job.defer_once(f"{job.name}:{workspace.pk}", workspace_id=workspace.pk)


def _tick_until(stop: threading.Event, leads: "psycopg.Connection[Any]") -> None:
    clock = Clock(SCHEDULE)
    while not stop.wait(TICK):
        leads.execute("SELECT 1")  # a lost connection has lost the lock: raise, and compete for it again
        queue_for_everybody(clock.due(time.monotonic()))
