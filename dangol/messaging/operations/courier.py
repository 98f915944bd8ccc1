"""
One house's mail on its way: claiming what is due, handing it over, and writing down what became of it.

Claiming and settling are transactions of their own, by two threads: while one writes the next letters, the other waits
for the database. A group counts as on the way until its results are committed.
"""

import threading
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from dangol.kit import tenancy
from dangol.messaging.journal import Journal
from dangol.messaging.models import Sender
from dangol.messaging.operations.handoff import release_untried, settle, take_due
from dangol.messaging.operations.sender import account_of
from dangol.messaging.queries.contact_facts import rules_of
from dangol.messaging.transport import Account, Group, Mailroom, ResultKind

GROUP_SIZE = 100
GROUPS_IN_FLIGHT = 3
LONGEST_PAUSE_SECONDS = 300


class Courier:
    """Serves one workspace: knows its server, what is on the way, and how long the server has been out of reach."""

    def __init__(self, workspace_id: UUID, *, token: str, journal: Journal, on_done: threading.Event) -> None:
        self.workspace_id = workspace_id
        self.is_idle = True
        self.rests_until = 0.0
        self.settles_after = 0.0
        self.idle_since = time.monotonic()
        self._token = token
        self._journal = journal
        self._on_done = on_done
        self._mailroom: Mailroom | None = None
        self._lines = 0
        self._groups: list[Group] = []
        self._guard = threading.Lock()
        self._failures = 0
        self._in_doubt = False

    @property
    def is_empty(self) -> bool:
        return not self._on_the_way()

    def could_go_on(self, clock: float) -> bool:
        """Whether another claim now would find something to do."""
        return not self.is_idle and len(self._on_the_way()) < GROUPS_IN_FLIGHT and clock >= self.rests_until

    def claim(self, *, now: datetime) -> None:
        """
        Claim what is due in one commit, unless enough is on the way; then let the new letters go.

        :raises OperationalError: if the database is away; what the commit did is found out before the next claim
        """
        if len(self._on_the_way()) >= GROUPS_IN_FLIGHT:
            return
        try:
            group = self._claim(now)
        except Exception:
            self._in_doubt = True
            raise
        self._in_doubt = False
        self.is_idle = group is None
        if group is None:
            return
        self.idle_since = time.monotonic()
        with self._guard:
            self._groups.append(group)
        assert self._mailroom is not None
        self._mailroom.take(group)

    def settle(self, *, now: datetime) -> bool:
        """
        Write down what became of the groups that are through, in one commit. Returns whether there were any.

        :raises OperationalError: if the database is away; the results are kept for the next time
        """
        finished = [group for group in self._on_the_way() if group.is_done]
        if not finished:
            return False
        self._note_reach(finished)
        with tenancy.workspace(self.workspace_id):
            settle(
                workspace_id=self.workspace_id,
                groups=finished,
                token=self._token,
                now=now,
                half_life_hours=rules_of(self.workspace_id).attention_half_life_hours,
                pause=self._pause(),
            )
        with self._guard:
            self._groups = [group for group in self._groups if group not in finished]
        return True

    def close(self, *, now: datetime) -> None:
        """Finish what is being handed over and write the results; what was not tried is queued again."""
        if self._mailroom is not None:
            self._mailroom.close()
            self._mailroom = None
        self.settle(now=now)

    def _on_the_way(self) -> list[Group]:
        with self._guard:
            return list(self._groups)

    def _claim(self, now: datetime) -> Group | None:
        # Taken first: a group that is settled meanwhile is no longer claimed, and one that is not stays known.
        known = [pk for group in self._on_the_way() for pk in group.letters]
        with tenancy.workspace(self.workspace_id):
            if self._in_doubt:
                release_untried(workspace_id=self.workspace_id, token=self._token, known=known, now=now)
            sender = Sender.objects.filter(workspace_id=self.workspace_id).first() or Sender()
            self._open_mailroom(account_of(sender), sender.connections)
            letters = take_due(
                workspace_id=self.workspace_id, sender=sender, token=self._token, now=now, limit=GROUP_SIZE
            )
        return Group(letters, on_done=self._on_done.set) if letters else None

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
