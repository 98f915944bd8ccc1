"""
The loop that empties the outbox of every workspace.

Each turn is one transaction: it writes what became of the groups that are through, and claims the next group. While the
lines of the mailroom hand over one group, the next is being written.
"""

import logging
import sys
import threading
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from dangol.kit import tenancy
from dangol.messaging.journal import Journal
from dangol.messaging.models import Message, Sender
from dangol.messaging.operations.handoff import WAITING, release_untried, settle, take_due
from dangol.messaging.operations.orphans import settle_orphans
from dangol.messaging.operations.sender import account_of
from dangol.messaging.pulse import Pulse
from dangol.messaging.queries.contact_facts import rules_of
from dangol.messaging.transport import Account, Group, Mailroom, ResultKind
from dangol.workspaces.queries import all_workspaces

logger = logging.getLogger(__name__)

GROUP_SIZE = 100
GROUPS_IN_FLIGHT = 3
POLL_SECONDS = 1.0
SWEEP_SHARE = 20
"""A look through all workspaces may take this fraction of the time between two looks."""
IDLE_SECONDS = 30.0
REST_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 300
SWITCH_SECONDS = 0.0005
"""How long the writing of letters may keep a line waiting that has an answer to read; Python's 5 ms halve the speed."""


class Courier:
    """Serves one workspace: knows its server, what is on the way, and how long the server has been out of reach."""

    def __init__(self, workspace_id: UUID, *, token: str, journal: Journal, wake: threading.Event) -> None:
        self.workspace_id = workspace_id
        self.is_idle = True
        self.rests_until = 0.0
        self.idle_since = time.monotonic()
        self._token = token
        self._journal = journal
        self._wake = wake
        self._mailroom: Mailroom | None = None
        self._lines = 0
        self._groups: list[Group] = []
        self._failures = 0
        self._in_doubt = False

    @property
    def is_empty(self) -> bool:
        return not self._groups

    def could_go_on(self, clock: float) -> bool:
        """Whether another turn now would find something to do."""
        return not self.is_idle and len(self._groups) < GROUPS_IN_FLIGHT and clock >= self.rests_until

    def turn(self, *, now: datetime, may_claim: bool) -> None:
        """
        Settle what is through and claim what is due, in one commit; then let the new letters go.

        :raises OperationalError: if the database is away; results are kept and written in a later turn
        """
        finished = [group for group in self._groups if group.is_done]
        claims = may_claim and len(self._groups) - len(finished) < GROUPS_IN_FLIGHT
        if not finished and not claims:
            return
        self._note_reach(finished)
        try:
            group = self._commit(finished, now, claims=claims)
        except Exception:
            self._in_doubt = True
            raise
        self._groups = [one for one in self._groups if one not in finished]
        self.is_idle = claims and group is None
        if group is None:
            return
        self.idle_since = time.monotonic()
        self._groups.append(group)
        assert self._mailroom is not None
        self._mailroom.take(group)

    def close(self, *, now: datetime) -> None:
        """Finish what is being handed over and write the results; what was not tried is queued again."""
        if self._mailroom is not None:
            self._mailroom.close()
            self._mailroom = None
        self.turn(now=now, may_claim=False)

    def _commit(self, finished: list[Group], now: datetime, *, claims: bool) -> Group | None:
        with tenancy.workspace(self.workspace_id):
            if self._in_doubt:
                known = [pk for group in self._groups for pk in group.letters]
                release_untried(workspace_id=self.workspace_id, token=self._token, known=known)
            if finished:
                settle(
                    workspace_id=self.workspace_id,
                    groups=finished,
                    token=self._token,
                    now=now,
                    half_life_hours=rules_of(self.workspace_id).attention_half_life_hours,
                    pause=self._pause(),
                )
            group = self._claim(now) if claims else None
        self._in_doubt = False
        return group

    def _claim(self, now: datetime) -> Group | None:
        sender = Sender.objects.filter(workspace_id=self.workspace_id).first() or Sender()
        self._open_mailroom(account_of(sender), sender.connections)
        letters = take_due(workspace_id=self.workspace_id, sender=sender, token=self._token, now=now, limit=GROUP_SIZE)
        return Group(letters, on_done=self._wake.set) if letters else None

    def _open_mailroom(self, account: Account, lines: int) -> None:
        if self._mailroom is not None and (self._mailroom.account, self._lines) == (account, lines):
            return
        if self._mailroom is not None:
            self._mailroom.close()
        self._mailroom, self._lines = Mailroom(account, lines=lines, diary=self._journal), lines

    def _note_reach(self, finished: Iterable[Group]) -> None:
        for group in finished:
            reached = any(result.kind is not ResultKind.UNREACHABLE for result in group.results.values())
            self._failures = 0 if reached else self._failures + 1

    def _pause(self) -> timedelta:
        return timedelta(seconds=min(LONGEST_PAUSE_SECONDS, 2 ** min(self._failures, 10) / 2))


class Outbox:
    """All couriers of one process."""

    def __init__(self) -> None:
        self._wake = threading.Event()
        self.pulse = Pulse(wake=self._wake.set)
        self._journal = Journal(settings.DATA_DIRECTORY, self.pulse.token)
        self._couriers: dict[UUID, Courier] = {}
        self._next_sweep = 0.0

    def run(self, stop: threading.Event) -> None:
        self.pulse.start()
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
            logger.warning("The database is away; results are kept until it is back")
            connection.close()
            time.sleep(POLL_SECONDS)
            return True
        return any(courier.could_go_on(time.monotonic()) for courier in self._couriers.values())

    def _serve(self, courier: Courier) -> None:
        """Serve one workspace. What goes wrong in one house must not stop the mail of the others."""
        if time.monotonic() < courier.rests_until:
            return
        try:
            courier.turn(now=timezone.now(), may_claim=self.pulse.is_alive)
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
                workspace_id, token=self.pulse.token, journal=self._journal, wake=self._wake
            )
        for workspace_id in due:
            self._couriers[workspace_id].is_idle = False

    def _dismiss_idle(self) -> None:
        for workspace_id, courier in list(self._couriers.items()):
            if courier.is_idle and courier.is_empty and time.monotonic() - courier.idle_since > IDLE_SECONDS:
                courier.close(now=timezone.now())
                del self._couriers[workspace_id]

    def _close(self) -> None:
        for courier in self._couriers.values():
            try:
                courier.close(now=timezone.now())
            except (OperationalError, InterfaceError):
                logger.warning("The database is away; results of workspace %s are lost", courier.workspace_id)
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
    for workspace_id in all_workspaces().values_list("pk", flat=True):
        with tenancy.workspace(workspace_id):
            settle_orphans(workspace_id=workspace_id, token=token, now=now)
            due = Message.objects.filter(workspace_id=workspace_id, state__in=WAITING, due_at__lte=now)
            if due.exists():
                found.append(workspace_id)
    return found
