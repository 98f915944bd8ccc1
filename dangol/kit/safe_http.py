"""
Asking web services that a customer names: only http and https, limited in time and size, no way into our own network.

Every address is judged when it is connected to (`kit.safe_connect`), after every redirect anew. Proxies of the
environment and cookies are not used.
"""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urlencode, urljoin, urlsplit

from dangol.kit.safe_connect import connected
from dangol.kit.tracing import span

PORTS = {"http": 80, "https": 443}
REDIRECTS = frozenset((301, 302, 303, 307, 308))
MOST_REDIRECTS = 5
PIECE = 64 * 1024
ASCII_MARKS = "/?#[]@!$&'()*+,;=:%~-._"
SECRET_HEADERS = frozenset(("authorization", "cookie", "proxy-authorization"))


class UnsafeAddress(ValueError):
    """The address is not one that may be asked: another protocol, no host, or a password inside."""


class AnswerTooLarge(Exception):
    """The answer is larger than allowed. What came so far was thrown away."""


class TooManyRedirects(Exception):
    """The service sends us from one address to the next."""


@dataclass(frozen=True)
class Limits:
    """How long one question may take in all, in seconds, and how large its answer may be, in bytes."""

    seconds: float = 30.0
    size: int = 32 * 1024 * 1024


@dataclass(frozen=True)
class Answer:
    """What a service said, at the address where it said it."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Line:
    """A connection that another thread may cut."""

    end: socket.socket
    is_late: bool = False

    def encrypt(self, host: str) -> None:
        """Go on in TLS. The shake of hands comes after the change of ends, so that it can be cut as well."""
        context = ssl.create_default_context()
        shaking = context.wrap_socket(self.end, server_hostname=host, do_handshake_on_connect=False)
        self.end = shaking
        shaking.do_handshake()

    def hang_up(self) -> None:
        """End every wait on the connection."""
        self.is_late = True
        try:
            socket.socket.shutdown(self.end, socket.SHUT_RDWR)
        except OSError:
            return


def get(
    url: str,
    *,
    headers: Mapping[str, str],
    secret_headers: Collection[str] = (),
    private_hosts: Collection[str] = (),
    limits: Limits = Limits(),
) -> Answer:
    """
    Ask for a page and follow its redirects. Secrets go to the first origin only.

    :param secret_headers: names of headers that another origin must not see, beside the usual ones
    :param private_hosts: hosts, in lower case, that may stand in a private network
    :raises UnsafeAddress, AnswerTooLarge, TooManyRedirects: as they say
    :raises OSError, http.client.HTTPException: if the service cannot be reached or does not speak HTTP in time
    """
    deadline = time.monotonic() + limits.seconds
    secrets = SECRET_HEADERS | {name.lower() for name in secret_headers}
    sent = dict(headers)
    for _hop in range(MOST_REDIRECTS + 1):
        answer = _ask(url, sent, private_hosts, deadline, limits.size)
        target = answer.headers.get("location")
        if answer.status not in REDIRECTS or not target:
            return answer
        following = urljoin(url, target)
        if origin_of(following) != origin_of(url):
            sent = {name: value for name, value in sent.items() if name.lower() not in secrets}
        url = following
    raise TooManyRedirects


def post_form(
    url: str,
    fields: Mapping[str, str],
    *,
    headers: Mapping[str, str],
    private_hosts: Collection[str] = (),
    limits: Limits = Limits(),
) -> Answer:
    """
    Send a form. A redirect is returned, not followed: what is sent is for this address only.

    Raises what `get` raises, but for redirects.
    """
    sent = {"Content-Type": "application/x-www-form-urlencoded", **headers}
    deadline = time.monotonic() + limits.seconds
    return _ask(url, sent, private_hosts, deadline, limits.size, form=urlencode(fields).encode())


def origin_of(url: str) -> tuple[str, str, int]:
    """
    Return protocol, host and port of an address.

    :raises UnsafeAddress: if it is none that may be asked
    """
    parts = _parts(url)
    return parts.scheme, (parts.hostname or "").lower(), parts.port or PORTS[parts.scheme]


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise UnsafeAddress(url) from error
    if parts.scheme not in PORTS or not parts.hostname or port == 0 or parts.username is not None:
        raise UnsafeAddress(url)
    return parts


def _ask(
    url: str,
    headers: Mapping[str, str],
    private_hosts: Collection[str],
    deadline: float,
    most_bytes: int,
    *,
    form: bytes | None = None,
) -> Answer:
    parts = _parts(url)
    scheme, host, port = origin_of(url)
    left = max(deadline - time.monotonic(), 0.001)
    raw = connected(host, port, timeout=left, private_hosts=private_hosts)
    line = Line(raw)
    with _cut_off(line, deadline), span("HTTP", {"server.address": host, "server.port": port}):
        try:
            if scheme == "https":
                line.encrypt(host)
            answer = _spoken(line.end, parts, headers, most_bytes, form)
        except (OSError, http.client.HTTPException) as error:
            if line.is_late:
                raise TimeoutError(host) from error
            raise
        finally:
            line.end.close()
    if line.is_late:  # what was cut may look like a whole answer
        raise TimeoutError(host)
    return answer


def _spoken(
    line: socket.socket, parts: SplitResult, headers: Mapping[str, str], most_bytes: int, form: bytes | None
) -> Answer:
    speaker = http.client.HTTPConnection(parts.hostname or "", parts.port or PORTS[parts.scheme])
    speaker.sock = line
    path = quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe=ASCII_MARKS)
    host = parts.netloc.encode("idna").decode() if not parts.netloc.isascii() else parts.netloc
    asked = {"Host": host, "Accept-Encoding": "identity", "Connection": "close", **headers}
    if form is not None:
        asked["Content-Length"] = str(len(form))
    speaker.putrequest("GET" if form is None else "POST", path, skip_host=True, skip_accept_encoding=True)
    for name, value in asked.items():
        speaker.putheader(name, value)
    speaker.endheaders(form)
    answer = speaker.getresponse()
    body = _body(answer, most_bytes)
    told = {name.lower(): value for name, value in answer.getheaders()}
    return Answer(url=parts.geturl(), status=answer.status, headers=told, body=body)


def _body(answer: http.client.HTTPResponse, most_bytes: int) -> bytes:
    if (answer.length or 0) > most_bytes:
        raise AnswerTooLarge
    body = bytearray()
    while piece := answer.read(PIECE):
        body += piece
        if len(body) > most_bytes:
            raise AnswerTooLarge
    if answer.length:
        raise http.client.IncompleteRead(bytes(body), answer.length)
    return bytes(body)


@contextmanager
def _cut_off(line: Line, deadline: float) -> Iterator[None]:
    """Hang up at the deadline, however busily the other side drips: no wait on a socket outlives it."""
    timer = threading.Timer(max(deadline - time.monotonic(), 0.0), line.hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
