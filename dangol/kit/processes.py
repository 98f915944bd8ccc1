"""Processes of this machine: which account runs them, and that they do not outlive their parent."""

import ctypes
import os
import pwd
import signal
import stat
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Account:
    """A user of the operating system that a process can run as."""

    uid: int
    gid: int


def unprivileged_account() -> Account | None:
    """Return the account for programs that refuse root, or nothing when we are not root ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    return Account(65534, 65534)


def reaches(account: Account | None, path: Path) -> bool:
    """Whether the account may walk into a directory, judged by the permission bits of the path and its parents."""
    if account is None:
        return True
    return all(_may_enter(account, folder) for folder in (path, *path.parents))


def _may_enter(account: Account, folder: Path) -> bool:
    status = folder.stat()
    if status.st_uid == account.uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if status.st_gid == account.gid:
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)


def last_wish(sent: signal.Signals) -> Callable[[], None]:
    """
    Return a function for a forked child: the kernel sends it this signal when its parent's thread is gone.

    Linux only; elsewhere the function does nothing, and the next start cleans up.
    """
    prctl = ctypes.CDLL(None, use_errno=True).prctl if sys.platform == "linux" else None

    def ask_kernel() -> None:
        if prctl is not None:
            prctl(PR_SET_PDEATHSIG, int(sent))

    return ask_kernel


def die_with_parent(parent: int) -> None:
    """Make the calling process end with its parent, even when the parent is killed; at once if it is gone already."""
    last_wish(signal.SIGTERM)()
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)


def is_alive(pid: int) -> bool:
    """Whether a process runs under this number (a zombie does not)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError, IndexError):
        return not Path("/proc/self/stat").exists()
    return state not in {"Z", "X"}
