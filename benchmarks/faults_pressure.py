"""What presses on the collector beside kills: clients that dawdle or hang up, a full disk, five times the load."""

import contextlib
import errno
import os
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

DISK_MEGABYTES = 1024
BALLAST = b"\0" * 1024 * 1024
DAWDLERS, HANGING_UP = 200, 100
BETWEEN_BYTES = 0.5
BODY = b'{"batch": [{"type": "track", "userId": "slow", "event": "Product Viewed", "messageId": "cut"}]}'


@contextlib.contextmanager
def small_disk() -> Iterator[Path | None]:
    """Give a folder on a disk of its own, which can be full without harm; nothing where we may not mount one."""
    folder = Path(tempfile.mkdtemp(prefix="dangol-disk-"))
    folder.chmod(0o755)
    options = f"size={DISK_MEGABYTES}m,mode=755"
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=False, capture_output=True)
    try:
        yield folder if mounted.returncode == 0 else None
    finally:
        if mounted.returncode == 0:
            subprocess.run(["umount", "--lazy", folder], check=True)
        folder.rmdir()


@contextlib.contextmanager
def full_disk(disk: Path) -> Iterator[None]:
    """Leave no byte on the disk during the block."""
    ballast = disk / "ballast"
    try:
        with ballast.open("wb", buffering=0) as file, contextlib.suppress(NoSpace):
            while True:
                _write(file.fileno())
        yield
    finally:
        ballast.unlink(missing_ok=True)


class NoSpace(OSError):
    """The disk is full."""


def _write(file: int) -> None:
    try:
        os.write(file, BALLAST)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise NoSpace from error
        raise


@contextlib.contextmanager
def dawdlers(url: str, headers: Mapping[str, str]) -> Iterator[list[int]]:
    """
    Keep two hundred connections that send a byte every half second: half of them of the headers, half of the body.

    Yields how many connections there were; those that are cut off come again.
    """
    request = _head(headers, len(BODY)) + BODY
    opened, done = [0], threading.Event()

    def dawdle(number: int) -> None:
        while not done.is_set():
            with contextlib.suppress(OSError), _connected(url) as connection:
                opened[0] += 1
                at = len(request) - len(BODY) if number % 2 else 10
                connection.sendall(request[:at])
                while not done.wait(BETWEEN_BYTES):
                    connection.sendall(request[at : at + 1])
                    at += 1
                    if at >= len(request) - 1:
                        break
            done.wait(BETWEEN_BYTES)

    threads = [threading.Thread(target=dawdle, args=(number,), daemon=True) for number in range(DAWDLERS)]
    for thread in threads:
        thread.start()
    try:
        yield opened
    finally:
        done.set()
        for thread in threads:
            thread.join()


def hang_up(url: str, headers: Mapping[str, str]) -> int:
    """Send half a body and hang up, or stop sending and wait for what is said; return how often."""
    times = 0
    for number in range(HANGING_UP):
        with contextlib.suppress(OSError), _connected(url) as connection:
            connection.sendall(_head(headers, len(BODY)) + BODY[: len(BODY) // 2])
            times += 1
            if number % 2:
                connection.shutdown(socket.SHUT_WR)
                connection.recv(1000)
    return times


def _connected(url: str) -> socket.socket:
    target = urlsplit(url)
    return socket.create_connection((target.hostname, target.port), timeout=30)


def _head(headers: Mapping[str, str], length: int) -> bytes:
    told = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST /v1/batch HTTP/1.1\r\nhost: 127.0.0.1\r\n{told}content-length: {length}\r\n\r\n".encode()
