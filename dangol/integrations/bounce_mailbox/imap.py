"""Reading a mailbox by IMAP without changing anything in it: no flag, no mail."""

import imaplib
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from dangol.kit.safe_connect import mail_connected

TIMEOUT_SECONDS = 30
UID_VALIDITY = re.compile(rb"(\d+)")


class MailboxUnreadable(Exception):
    """The server could not be reached, refused us, or does not have the folder."""


@dataclass(frozen=True)
class Access:
    """Where the mailbox is, and how we get in."""

    host: str
    port: int
    security: str
    user: str
    password: str
    folder: str


class OpenMailbox:
    """A folder opened for reading only."""

    def __init__(self, server: imaplib.IMAP4, uid_validity: int) -> None:
        self._server = server
        self.uid_validity = uid_validity

    def uids_after(self, last: int) -> list[int]:
        """Return the numbers of all mails behind this one, in order. `n:*` always names the last mail too."""
        _status, (found, *_more) = self._server.uid("SEARCH", f"UID {last + 1}:*")
        return sorted(uid for uid in map(int, (found or b"").split()) if uid > last)

    def mail(self, uid: int) -> bytes | None:
        """Return a mail's bytes, or None if it is gone. PEEK leaves it unseen."""
        _status, answer = self._server.uid("FETCH", str(uid), "(BODY.PEEK[])")
        return next((part[1] for part in answer if isinstance(part, tuple)), None)


class Client(imaplib.IMAP4):
    """A client that looks where a name leads before it connects."""

    def _create_socket(self, timeout: float) -> socket.socket:
        return mail_connected(self.host, self.port, timeout=timeout)


class EncryptedClient(imaplib.IMAP4_SSL):
    """The same in TLS from the first byte on."""

    def _create_socket(self, timeout: float) -> ssl.SSLSocket:
        line = mail_connected(self.host, self.port, timeout=timeout)
        context: ssl.SSLContext = self.ssl_context
        return context.wrap_socket(line, server_hostname=self.host)


@contextmanager
def opened(access: Access, *, timeout: float = TIMEOUT_SECONDS) -> Iterator[OpenMailbox]:
    """
    Open a mailbox for reading only.

    :raises MailboxUnreadable: with what the server said
    """
    try:
        server = _connected(access, timeout)
    except (imaplib.IMAP4.error, OSError) as error:
        raise MailboxUnreadable(_said(error)) from error
    try:
        yield _selected(server, access)
    except (imaplib.IMAP4.error, OSError) as error:
        raise MailboxUnreadable(_said(error)) from error
    finally:
        _leave(server)


def _connected(access: Access, timeout: float) -> imaplib.IMAP4:
    if access.security == "tls":
        context = ssl.create_default_context()
        return EncryptedClient(access.host, access.port, ssl_context=context, timeout=timeout)
    server = Client(access.host, access.port, timeout=timeout)
    if access.security == "starttls":
        server.starttls(ssl.create_default_context())
    return server


def _selected(server: imaplib.IMAP4, access: Access) -> OpenMailbox:
    server.login(access.user, access.password)
    quoted = '"' + access.folder.replace("\\", "\\\\").replace('"', '\\"') + '"'
    status, answer = server.select(quoted, readonly=True)
    if status != "OK":
        raise MailboxUnreadable(str(answer[0]))
    _name, validity = server.response("UIDVALIDITY")
    found = UID_VALIDITY.search(validity[0] or b"") if validity else None
    return OpenMailbox(server, int(found[1]) if found else 0)


def _leave(server: imaplib.IMAP4) -> None:
    try:
        server.logout()
    except (imaplib.IMAP4.error, OSError):
        return


def _said(error: Exception) -> str:
    first = error.args[0] if error.args and isinstance(error.args[0], bytes) else str(error).encode()
    return first.decode("utf-8", "replace")[:300]
