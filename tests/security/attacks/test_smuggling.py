"""Two requests that look like one to a proxy, sent to the server that we run."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.conftest import free_port

WEB = "import sys; from dangol.config.web import serve; serve(host='127.0.0.1', port=int(sys.argv[1]))"
HIDDEN = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
LONGEST_START = 60.0


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Run the product's web process; it needs no database to read a request's head."""
    chosen = free_port()
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", "DANGOL_WEB_PROCESSES": "1"}
    server = subprocess.Popen([sys.executable, "-c", WEB, str(chosen)], env=environment)
    try:
        _wait_for(chosen, server)
        yield chosen
    finally:
        server.terminate()
        server.wait(20)


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + LONGEST_START
    while time.monotonic() < deadline:
        assert server.poll() is None, "the web process ended while it started"
        with suppress(OSError):
            if b"HTTP/1.1" in sent(port, b"GET /nowhere HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"):
                return
        time.sleep(0.1)
    raise AssertionError("the web process does not answer")


def sent(port: int, request: bytes) -> bytes:
    """Return all that comes back until the server closes or falls silent."""
    answer = b""
    with socket.create_connection(("127.0.0.1", port), timeout=3) as line, suppress(TimeoutError, ConnectionError):
        line.sendall(request)
        while part := line.recv(65536):
            answer += part
    return answer


@pytest.mark.shows("4.2.1")
@pytest.mark.parametrize(
    "lengths",
    [
        b"Content-Length: 5\r\nTransfer-Encoding: chunked",
        b"Content-Length: 5\r\nContent-Length: 50",
        b"Content-Length: +5",
        b"Transfer-Encoding: xchunked",
        b"Transfer-Encoding : chunked",
    ],
)
def test_a_request_of_two_lengths_carries_no_second_one(port: int, lengths: bytes) -> None:
    body = b"0\r\n\r\n"
    answer = sent(port, b"POST /v1/nowhere HTTP/1.1\r\nHost: 127.0.0.1\r\n" + lengths + b"\r\n\r\n" + body + HIDDEN)
    assert answer.count(b"HTTP/1.1 ") <= 1, answer


def test_two_honest_requests_get_two_answers(port: int) -> None:
    honest = b"POST /v1/nowhere HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"
    assert sent(port, honest + HIDDEN).count(b"HTTP/1.1 ") == 2
