"""A bad network between a client and the product: chosen requests fail in chosen ways, all others pass."""

import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from enum import StrEnum
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

LONGEST_OUTAGE = 30.0
PASSED_ON = frozenset({"content-type", "retry-after", "access-control-allow-origin", "access-control-allow-headers"})


class Fault(StrEnum):
    """What happens to a request."""

    ERROR = "an error 500 instead of the request"
    BUSY = "a 429 instead of the request"
    CUT_BEFORE = "the connection is cut before the request arrives"
    CUT_AFTER = "the connection is cut after the product has answered"
    KILL_BEFORE = "the product is killed when half of the request has arrived"
    KILL_AFTER = "the product is killed when the whole request has arrived"


class FaultyProxy(ThreadingHTTPServer):
    """Listens on a free port. Faults go from `planned` to `applied`."""

    daemon_threads = True

    def __init__(
        self, upstream: tuple[str, int], planned: Sequence[Fault | None], kill: Callable[[Fault], object]
    ) -> None:
        super().__init__(("127.0.0.1", 0), _Exchange)
        self.upstream, self.planned, self.kill = upstream, list(planned), kill
        self.applied: list[Fault] = []

    @property
    def address(self) -> str:
        """Where clients send to."""
        return f"http://127.0.0.1:{self.server_port}"

    def connect(self) -> HTTPConnection:
        """Reach the product; while it is down, wait for it as a load balancer does."""
        deadline = time.monotonic() + LONGEST_OUTAGE
        while True:
            connection = HTTPConnection(*self.upstream, timeout=LONGEST_OUTAGE)
            try:
                connection.connect()
            except ConnectionRefusedError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
            else:
                return connection


@contextmanager
def faulty_proxy(
    upstream: tuple[str, int], planned: Sequence[Fault | None], *, kill: Callable[[Fault], object]
) -> Iterator[FaultyProxy]:
    """
    Run a proxy; the n-th POST gets the n-th fault, and one that could not be applied comes again later.

    :param kill: ends the product without warning and starts it again
    """
    proxy = FaultyProxy(upstream, planned, kill)
    thread = Thread(target=proxy.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield proxy
    finally:
        proxy.shutdown()
        thread.join()
        proxy.server_close()


class _Exchange(BaseHTTPRequestHandler):
    """The requests of one connection."""

    protocol_version = "HTTP/1.1"
    server: FaultyProxy

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        fault = self.server.planned.pop(0) if self.server.planned else None
        try:
            if fault is None:
                self._pass_on(body)
            else:
                self._fail(fault, body)
                self.server.applied.append(fault)
        except (OSError, HTTPException):  # the product died under this request, or the client went away
            self.server.planned.append(fault)
            self._cut()

    def do_GET(self) -> None:
        self._pass_on(b"")

    do_OPTIONS = do_GET  # noqa: N815 - the standard library's name

    def _fail(self, fault: Fault, body: bytes) -> None:
        if fault in {Fault.ERROR, Fault.BUSY}:
            self.send_response(500 if fault == Fault.ERROR else 429)
            for header in (("retry-after", "1"), ("access-control-allow-origin", "*"), ("content-length", "0")):
                self.send_header(*header)
            self.end_headers()
            return
        if fault != Fault.CUT_BEFORE:
            with closing(self.server.connect()) as connection:
                arriving = body[: len(body) // 2] if fault == Fault.KILL_BEFORE else body
                self._send(connection, arriving, length=len(body))
                if fault == Fault.CUT_AFTER:
                    connection.getresponse().read()
                else:
                    self.server.kill(fault)
        self._cut()

    def _send(self, connection: HTTPConnection, body: bytes, *, length: int) -> None:
        connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() not in {"connection", "content-length"}:
                connection.putheader(name, value)
        connection.putheader("content-length", str(length))
        connection.endheaders(body)

    def _pass_on(self, body: bytes) -> None:
        with closing(self.server.connect()) as connection:
            self._send(connection, body, length=len(body))
            response = connection.getresponse()
            answer = response.read()
        self.send_response(response.status)
        for name, value in response.getheaders():
            if name.lower() in PASSED_ON:
                self.send_header(name, value)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def _cut(self) -> None:
        self.close_connection = True
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:  # it is gone already
            return

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
        """Keep quiet."""
