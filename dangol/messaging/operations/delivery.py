"""
The loop that empties the outbox of every workspace.

One thread claims and writes, a second one settles what is through, and the lines of the mailrooms hand over.
"""

import logging
import sys
import threading
import time
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from dangol.kit import tenancy
from dangol.messaging.journal import Journal
from dangol.messaging.models import Message
from dangol.messaging.operations.courier import Courier
from dangol.messaging.operations.handoff import WAITING
from dangol.messaging.operations.orphans import settle_orphans
from dangol.messaging.pulse import Pulse
from dangol.workspaces.queries import served_workspaces

logger = logging.getLogger(__name__)

POLL_SECONDS = 1.0
SWEEP_SHARE = 20
"""A look through all workspaces may take this fraction of the time between two looks."""
IDLE_SECONDS = 30.0
REST_SECONDS = 5.0
SWITCH_SECONDS = 0.0005
"""How long the writing of letters may keep a line waiting that has an answer to read; Python's 5 ms halve the speed."""


class Clerk:
    """Settles what is through, for all couriers, in a thread with a database connection of its own."""

    def __init__(self, couriers: dict[UUID, Courier], *, on_settled: threading.Event) -> None:
        self.called = threading.Event()
        self._couriers = couriers
        self._on_settled = on_settled
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="outbox-clerk", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Let the thread end after what it is at; the caller settles the rest."""
        self._stopping.set()
        self.called.set()
        self._thread.join(60)

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                self.called.clear()
                if not self._settle_all():
                    self.called.wait(POLL_SECONDS)
        finally:
            connection.close()

    def _settle_all(self) -> bool:
        """Settle for everybody once. Returns whether anything was settled."""
        try:
            settled = [self._settle(courier) for courier in list(self._couriers.values())]
        except (OperationalError, InterfaceError):
            logger.warning("The database is away; results are kept until it is back")
            connection.close()
            self._stopping.wait(POLL_SECONDS)
            return True
        if any(settled):
            self._on_settled.set()
        return any(settled)

    def _settle(self, courier: Courier) -> bool:
        """Settle one workspace. What goes wrong in one house must not keep the results of the others."""
        if time.monotonic() < courier.settles_after:
            return False
        try:
            return courier.settle(now=timezone.now())
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            logger.exception("Results of workspace %s cannot be written; it is tried again soon", courier.workspace_id)
            courier.settles_after = time.monotonic() + REST_SECONDS
            return False


class Outbox:
    """All couriers of one process."""

    def __init__(self) -> None:
        self._wake = threading.Event()
        self.pulse = Pulse(wake=self._wake.set)
        self._journal = Journal(settings.DATA_DIRECTORY, self.pulse.token)
        self._couriers: dict[UUID, Courier] = {}
        self._clerk = Clerk(self._couriers, on_settled=self._wake)
        self._next_sweep = 0.0

    def run(self, stop: threading.Event) -> None:
        self.pulse.start()
        self._clerk.start()
        try:
            while not stop.is_set():
                self._wake.clear()
                if self._look_and_serve():
                    continue
                self._wake.wait(POLL_SECONDS if not self._couriers else POLL_SECONDS / 4)
        finally:
            self._close()

    def _look_and_serve(self) -> bool:
        """Serve everybody once. Returns whether there is more to do at once."""
        try:
            self._find_due()
            for courier in list(self._couriers.values()):
                self._serve(courier)
            self._dismiss_idle()
        except (OperationalError, InterfaceError):
            logger.warning("The database is away; nothing is claimed until it is back")
            connection.close()
            time.sleep(POLL_SECONDS)
            return True
        return any(courier.could_go_on(time.monotonic()) for courier in self._couriers.values())

    def _serve(self, courier: Courier) -> None:
        """Serve one workspace. What goes wrong in one house must not stop the mail of the others."""
        if time.monotonic() < courier.rests_until or not self.pulse.is_alive:
            return
        try:
            courier.claim(now=timezone.now())
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            logger.exception("Workspace %s cannot be served; it is tried again soon", courier.workspace_id)
            courier.rests_until = time.monotonic() + REST_SECONDS

    def _find_due(self) -> None:
        due = self.pulse.called()
        if time.monotonic() >= self._next_sweep:
            started = time.monotonic()
            due |= set(workspaces_with_work(token=self.pulse.token, now=timezone.now()))
            took = time.monotonic() - started
            self._next_sweep = time.monotonic() + max(POLL_SECONDS, took * SWEEP_SHARE)
        for workspace_id in due - self._couriers.keys():
            self._couriers[workspace_id] = Courier(
                workspace_id, token=self.pulse.token, journal=self._journal, on_done=self._clerk.called
            )
        for workspace_id in due:
            self._couriers[workspace_id].is_idle = False

    def _dismiss_idle(self) -> None:
        for workspace_id, courier in list(self._couriers.items()):
            if courier.is_idle and courier.is_empty and time.monotonic() - courier.idle_since > IDLE_SECONDS:
                courier.close(now=timezone.now())
                del self._couriers[workspace_id]

    def _close(self) -> None:
        self._clerk.stop()
        for courier in self._couriers.values():
            try:
                courier.close(now=timezone.now())
            except Exception:
                # Whatever it was, the pulse below has to end: as long as it beats, nobody settles what is claimed.
                logger.exception("Results of workspace %s are left to the journal", courier.workspace_id)
        self.pulse.stop()
        self._journal.close()
        connection.close()


def run_outbox(*, stop: threading.Event) -> None:
    """Send what is due in all workspaces until told to stop; then finish what is on the way."""
    sys.setswitchinterval(SWITCH_SECONDS)
    Outbox().run(stop)


def workspaces_with_work(*, token: str, now: datetime) -> list[UUID]:
    """Return the workspaces with due messages, and settle what dead processes left behind."""
    found = []
    for workspace_id in served_workspaces().values_list("pk", flat=True):
        with tenancy.workspace(workspace_id):
            settle_orphans(workspace_id=workspace_id, token=token, now=now)
            due = Message.objects.filter(workspace_id=workspace_id, state__in=WAITING, due_at__lte=now)
            if due.exists():
                found.append(workspace_id)
    return found
