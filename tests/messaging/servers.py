"""Real SMTP servers that behave and misbehave, each in a thread."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.conftest import free_port


class Sink:
    """Takes mail, or answers as it was told. `drop` hangs up after the text, without a word."""

    def __init__(self, *, recipient: str = "", text: str = "", drop: bool = False) -> None:
        self.recipient = recipient
        self.text = text
        self.drop = drop
        self.mails: list[tuple[str, list[str], EmailMessage]] = []

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        if self.recipient:
            return self.recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        if self.text:
            return self.text
        content = envelope.content
        assert isinstance(content, bytes)
        mail = message_from_bytes(content, policy=default)
        self.mails.append((envelope.mail_from or "", list(envelope.rcpt_tos), mail))
        if self.drop:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
            await asyncio.sleep(0)
        return "250 taken"

    @property
    def recipients(self) -> list[str]:
        return sorted(address for _sender, addresses, _mail in self.mails for address in addresses)


@contextmanager
def serving(sink: Sink, *, port: int = 0) -> Iterator[int]:
    """Run a server for this sink and yield its port."""
    controller = Controller(sink, hostname="127.0.0.1", port=port or free_port())
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()
