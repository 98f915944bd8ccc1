"""
One SMTP connection, and what is known after each attempt.

The one moment of doubt is between the last byte of a message and the server's reply: a connection lost there leaves the
message `UNKNOWN`. Lost any earlier, the server cannot have taken it.
"""

import enum
import re
import smtplib
import socket
import ssl
from dataclasses import dataclass, field

from dangol.kit.safe_connect import mail_connected
from dangol.kit.tracing import span

TIMEOUT_SECONDS = 30
CONTROL = re.compile(r"[\x00-\x20\x7f<>]")
ENHANCED_ADDRESS_STATUS = "5.1."
NO_SUCH_MAILBOX = frozenset({550, 551, 553})


class ResultKind(enum.Enum):
    """What became of a message at the server."""

    SENT = "sent"
    LATER = "later"
    REFUSED = "refused"
    NO_SUCH_ADDRESS = "no_such_address"
    UNREACHABLE = "unreachable"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Result:
    """What became of a message, with the server's own words."""

    kind: ResultKind
    detail: str = ""


@dataclass(frozen=True)
class Account:
    """A server and how to get in. `security` is none, starttls or tls."""

    host: str
    port: int
    security: str = "none"
    user: str = ""
    password: str = field(default="", repr=False)


class Line:
    """A connection to one server that stays open between messages. Not for sharing between threads."""

    def __init__(self, account: Account, *, timeout: float = TIMEOUT_SECONDS) -> None:
        self._account = account
        self._timeout = timeout
        self._client: smtplib.SMTP | None = None

    def hand_over(self, *, sender: str, recipient: str, mail: bytes) -> Result:
        """Try to give one message to the server. A stale line is opened anew once, before any message text."""
        if not recipient.isascii() or CONTROL.search(recipient):
            return Result(ResultKind.REFUSED, "the address has letters that this server cannot take")
        fresh = self._client is None
        with span("SMTP", {"server.address": self._account.host, "server.port": self._account.port}) as told:
            result = self._attempt(sender, recipient, mail)
            if result.kind is ResultKind.UNREACHABLE and not fresh:
                result = self._attempt(sender, recipient, mail)
            told.set_attribute("dangol.result", result.kind.value)
        return result

    def close(self) -> None:
        """Say good-bye if the server still listens."""
        client, self._client = self._client, None
        if client is None:
            return
        try:
            client.quit()
        except (OSError, smtplib.SMTPException):
            client.close()

    def _attempt(self, sender: str, recipient: str, mail: bytes) -> Result:
        try:
            client = self._client or self._open()
        except (OSError, smtplib.SMTPException) as error:
            return Result(ResultKind.UNREACHABLE, spoken(error))
        try:
            return self._converse(client, sender, recipient, mail)
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            return Result(ResultKind.UNREACHABLE, spoken(error))

    def _open(self) -> smtplib.SMTP:
        client = connected(self._account, timeout=self._timeout)
        self._client = client
        return client

    def _converse(self, client: smtplib.SMTP, sender: str, recipient: str, mail: bytes) -> Result:
        for verb, (code, words) in (
            ("MAIL", client.docmd("MAIL", f"FROM:<{sender}>")),
            ("RCPT", client.docmd("RCPT", f"TO:<{recipient}>")),
            ("DATA", client.docmd("DATA")),
        ):
            if code == 354 or code // 100 == 2:  # noqa: PLR2004 - SMTP's reply classes
                continue
            return self._refused(client, verb, code, words)
        client.send(_with_dots(mail))
        return self._reply(client)

    def _reply(self, client: smtplib.SMTP) -> Result:
        try:
            code, words = client.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            return Result(ResultKind.UNKNOWN, spoken(error))
        if code // 100 == 2:  # noqa: PLR2004 - SMTP's reply classes
            return Result(ResultKind.SENT, _text(code, words))
        return self._refused(client, "DATA", code, words)

    def _refused(self, client: smtplib.SMTP, verb: str, code: int, words: bytes) -> Result:
        detail = _text(code, words)
        if code == 421 or code < 0:  # noqa: PLR2004 - the server is going away
            self._drop()
            return Result(ResultKind.UNREACHABLE if verb != "DATA" else ResultKind.LATER, detail)
        self._reset(client)
        if code // 100 == 4:  # noqa: PLR2004 - SMTP's reply classes
            return Result(ResultKind.LATER, detail)
        if verb == "RCPT" and code in NO_SUCH_MAILBOX and _blames_address(words):
            return Result(ResultKind.NO_SUCH_ADDRESS, detail)
        return Result(ResultKind.REFUSED, detail)

    def _reset(self, client: smtplib.SMTP) -> None:
        try:
            client.rset()
        except (OSError, smtplib.SMTPException):
            self._drop()

    def _drop(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None


class Client(smtplib.SMTP):
    """A client that looks where a name leads before it connects."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return mail_connected(host, port, timeout=timeout)


class EncryptedClient(smtplib.SMTP_SSL, Client):
    """The same in TLS from the first byte on: `SMTP_SSL` wraps the socket that `Client` opens."""


def connected(account: Account, *, timeout: float = TIMEOUT_SECONDS) -> smtplib.SMTP:
    """
    Return a client that has said hello and signed in.

    :raises OSError: if the server cannot be reached or its certificate is wrong
    :raises smtplib.SMTPException: if it does not let us in
    """
    context = ssl.create_default_context() if account.security != "none" else None
    client: smtplib.SMTP
    if account.security == "tls":
        client = EncryptedClient(account.host, account.port, timeout=timeout, context=context)
    else:
        client = Client(account.host, account.port, timeout=timeout)
    try:
        client.ehlo_or_helo_if_needed()
        if account.security == "starttls":
            client.starttls(context=context)
        if account.user:
            client.login(account.user, account.password)
    except BaseException:
        client.close()
        raise
    return client


def check_account(account: Account, *, timeout: float = 10) -> None:
    """Open and close a connection. Raises as `connected` does."""
    client = connected(account, timeout=timeout)
    client.quit()


def send_once(account: Account, *, sender: str, recipient: str, mail: bytes) -> Result:
    """Hand over one message on a connection of its own."""
    line = Line(account, timeout=10)
    try:
        return line.hand_over(sender=sender, recipient=recipient, mail=mail)
    finally:
        line.close()


def spoken(error: Exception) -> str:
    """Return an error in the server's or the system's own words."""
    if isinstance(error, smtplib.SMTPResponseException):
        words = error.smtp_error
        return _text(error.smtp_code, words if isinstance(words, bytes) else str(words).encode())
    if isinstance(error, TimeoutError):
        return "timed out"
    return str(error.strerror if isinstance(error, OSError) and error.strerror else error) or type(error).__name__


def _text(code: int, words: bytes) -> str:
    return f"{code} {words.decode('utf-8', 'replace')}".replace("\x00", "")[:500]


def _blames_address(words: bytes) -> bool:
    status = words.decode("ascii", "replace").split(" ")[0]
    return status.startswith(ENHANCED_ADDRESS_STATUS) or not status.replace(".", "").isdigit()


def _with_dots(mail: bytes) -> bytes:
    if mail.startswith(b".") or b"\r\n." in mail:
        mail = (b"\r\n" + mail).replace(b"\r\n.", b"\r\n..")[2:]
    return mail + (b"" if mail.endswith(b"\r\n") else b"\r\n") + b".\r\n"
