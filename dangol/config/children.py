"""One child process of the supervisor: started, watched, started again."""

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from dangol.config.environment import ROOT
from dangol.kit.processes import last_wish

logger = logging.getLogger(__name__)

LONGEST_LOG = 16 * 1024 * 1024
HEALTHY_AFTER = 30.0
LONGEST_DELAY = 30.0


@dataclass
class Backoff:
    """How long to wait before the next start: short at first, longer while it keeps failing (seconds)."""

    failures: int = 0
    started_at: float = 0.0
    due_at: float = 0.0

    def started(self) -> None:
        """Note that the child was started."""
        self.started_at = time.monotonic()

    def failed(self) -> None:
        """Note that it ended, and set the time of the next start."""
        now = time.monotonic()
        self.failures = 0 if now - self.started_at > HEALTHY_AFTER else self.failures + 1
        self.due_at = now + min(LONGEST_DELAY, 0.1 * 2**self.failures)

    def is_due(self) -> bool:
        """Whether the next start may happen now."""
        return time.monotonic() >= self.due_at


@dataclass
class Child:
    """
    A `python -m dangol …` process.

    :param patience: seconds that it may take to end after SIGTERM, before SIGKILL
    :param log: file for its output; without it the output goes where the supervisor's goes
    """

    name: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    patience: float
    log: Path | None = None
    backoff: Backoff = field(default_factory=Backoff)
    process: "subprocess.Popen[bytes] | None" = None
    ended: bool = True

    def start(self) -> None:
        """Start it; the kernel ends it when the calling thread ends (Linux)."""
        output = self._open_log()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dangol", *self.arguments],
            cwd=ROOT,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=last_wish(signal.SIGTERM),  # noqa: PLW1509 - only the forked child can ask for this
        )
        if output is not None:
            os.close(output)
        self.ended = False
        self.backoff.started()

    def is_running(self) -> bool:
        """Whether the process lives; collects its exit status when it does not."""
        return self.process is not None and self.process.poll() is None

    @property
    def pid(self) -> int | None:
        """The process number, while it runs."""
        return self.process.pid if self.process is not None and self.is_running() else None

    def mend(self) -> None:
        """Start it again when it has ended and enough time has passed."""
        if self.is_running():
            return
        if not self.ended:
            self.ended = True
            self.backoff.failed()
            logger.warning("The %s process ended (%s) and is started again.", self.name, self._exit_status())
            self._end_group()
        if self.backoff.is_due():
            self.start()

    def stop(self) -> None:
        """Ask it to end, wait, then make it end."""
        if self.process is None:
            return
        if self.is_running():
            self.process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(self.patience)
        self._end_group()
        self.process.wait(10)

    def _end_group(self) -> None:
        """Nothing of the process may stay behind to hold its port."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def _exit_status(self) -> str:
        return str(self.process.returncode) if self.process is not None else "not started"

    def _open_log(self) -> int | None:
        if self.log is None:
            return None
        if self.log.exists() and self.log.stat().st_size > LONGEST_LOG:
            self.log.replace(self.log.with_suffix(".log.1"))
        return os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
