"""
The local mail server: takes every mail, keeps it in a folder, delivers none.

A mail is acknowledged only once it is on the disk under its final name, so what was acknowledged survives any crash.
Recipients whose address begins with `bounce` do not exist here, so that a demonstration shows bounces too.
"""

import asyncio
import logging
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from dangol.kit.ids import uuid7

logger = logging.getLogger(__name__)

BIGGEST_MAIL = 25 * 1024 * 1024
WRITERS = 8
SHARD_LETTERS = 8
UNKNOWN_USER = "550 5.1.1 <{}>: there is no such user here"


class Keeper:
    """What the server does with a mail."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.directory = directory
        self.writers = ThreadPoolExecutor(WRITERS, thread_name_prefix="mail-catcher")

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Refuse addresses that begin with `bounce`; take all others."""
        if address.lower().startswith("bounce"):
            return UNKNOWN_USER.format(address)
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - the library's name
        """Keep the mail, then acknowledge it."""
        content = envelope.original_content or b""
        traces = _traces((envelope.mail_from or "").strip("<>"), envelope.rcpt_tos)
        loop = asyncio.get_running_loop()
        try:
            name = await loop.run_in_executor(self.writers, keep, self.directory, traces + content)
        except OSError:
            logger.exception("The mail could not be kept")
            return "452 4.3.1 The mail could not be written to the disk, try again"
        return f"250 2.0.0 Kept as {name}"


def keep(directory: Path, mail: bytes) -> str:
    """
    Write one mail durably and return its name: the file and its place in the folder are on the disk when this returns.

    Names sort by time. About a minute of mails shares a folder.
    """
    name = uuid7().hex
    folder = directory / name[:SHARD_LETTERS]
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        _settle(directory)
    hidden, final = folder / f".{name}.part", folder / f"{name}.eml"
    with hidden.open("wb") as file:
        file.write(mail)
        file.flush()
        os.fsync(file.fileno())
    hidden.rename(final)
    _settle(folder)
    return name


def run(*, directory: Path, port: int, host: str = "127.0.0.1", stop: threading.Event | None = None) -> None:
    """
    Serve until `stop` is set; without it, until interrupted.

    :raises OSError: if the port is taken
    """
    asyncio.run(_serve(directory, host, port, stop or threading.Event(), threading.Event()))


@contextmanager
def catching(directory: Path, *, port: int, host: str = "127.0.0.1") -> Iterator[None]:
    """
    Serve in a thread as long as the block runs. The server listens before the block starts.

    :raises OSError: if the port is taken
    """
    stop, ready = threading.Event(), threading.Event()
    failures: list[OSError] = []

    def serve() -> None:
        try:
            asyncio.run(_serve(directory, host, port, stop, ready))
        except OSError as error:
            failures.append(error)
            ready.set()

    thread = threading.Thread(target=serve, name="mail-catcher", daemon=True)
    thread.start()
    ready.wait()
    if failures:
        raise failures[0]
    try:
        yield
    finally:
        stop.set()
        thread.join()


async def _serve(directory: Path, host: str, port: int, stop: threading.Event, ready: threading.Event) -> None:
    keeper = Keeper(directory)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(
            keeper, data_size_limit=BIGGEST_MAIL, enable_SMTPUTF8=True, hostname="catcher.invalid", ident="Dangol"
        ),
        host,
        port,
        backlog=512,
    )
    ready.set()
    try:
        while not stop.is_set():  # noqa: ASYNC110 - another thread sets it
            await asyncio.sleep(0.05)
    finally:
        server.close()
        keeper.writers.shutdown()


def _traces(sender: str, recipients: list[str]) -> bytes:
    """Return the envelope as the header lines that a mailbox adds on delivery."""
    lines = [f"Return-Path: <{sender}>", *(f"Delivered-To: {recipient}" for recipient in recipients)]
    return "".join(f"{line}\r\n" for line in lines).encode("utf-8", "surrogateescape")


def _settle(folder: Path) -> None:
    """Put a folder's entries on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
