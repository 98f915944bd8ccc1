"""Asking web services: limits of time and size, redirects, and what another server must not see."""

import http.client
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from dangol.kit import safe_http
from dangol.kit.safe_connect import AddressRefused

HERE = {"127.0.0.1"}


@contextmanager
def server(*answers: Callable[[socket.socket], None]) -> Iterator[tuple[str, list[bytes]]]:
    """Answer each connection in turn; yield the address, and what was asked."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            for answer in answers:
                try:
                    line, _address = listening.accept()
                except OSError:
                    return
                with line:
                    asked.append(line.recv(65536))
                    try:
                        answer(line)
                    except OSError:
                        continue

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", asked
        listening.close()


def says(text: str) -> Callable[[socket.socket], None]:
    return lambda line: line.sendall(text.encode())


def test_an_answer() -> None:
    with server(says("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A: b\r\n\r\nhi")) as (url, asked):
        answer = safe_http.get(f"{url}/가?q=나 다", headers={"X-Key": "k"}, private_hosts=HERE)
    assert (answer.status, answer.body, answer.headers["x-a"]) == (200, b"hi", "b")
    assert asked[0].startswith(b"GET /%EA%B0%80?q=%EB%82%98%20%EB%8B%A4 HTTP/1.1\r\n")


def test_another_server_does_not_see_the_secrets() -> None:
    with (
        server(says("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) as (other, seen),
        server(says(f"HTTP/1.1 302 Found\r\nLocation: {other}/x\r\nContent-Length: 0\r\n\r\n")) as (url, asked),
    ):
        headers = {"Authorization": "Bearer t", "X-Api-Key": "k", "Accept": "text/plain"}
        answer = safe_http.get(url, headers=headers, secret_headers=["X-Api-Key"], private_hosts=HERE)
    assert (answer.url, b"Bearer t" in asked[0]) == (f"{other}/x", True)
    assert b"Bearer" not in seen[0]
    assert b"X-Api-Key" not in seen[0]
    assert b"text/plain" in seen[0]


def test_a_redirect_into_the_private_network_is_refused() -> None:
    with (
        server(says("HTTP/1.1 302 Found\r\nLocation: http://localhost/\r\nContent-Length: 0\r\n\r\n")) as (
            url,
            _asked,
        ),
        pytest.raises(AddressRefused),
    ):
        safe_http.get(url, headers={}, private_hosts=HERE)


def test_going_in_circles_ends() -> None:
    again = says("HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n")
    with server(*[again] * 6) as (url, _asked), pytest.raises(safe_http.TooManyRedirects):
        safe_http.get(url, headers={}, private_hosts=HERE)


@pytest.mark.parametrize("head", ["Content-Length: 5000\r\n", ""])
def test_a_body_may_not_be_larger_than_allowed(head: str) -> None:
    large = says(f"HTTP/1.1 200 OK\r\n{head}\r\n" + "x" * 5000)
    with server(large) as (url, _asked), pytest.raises(safe_http.AnswerTooLarge):
        safe_http.get(url, headers={}, private_hosts=HERE, limits=safe_http.Limits(size=1000))


def test_a_server_that_drips_is_cut_off() -> None:
    stop = threading.Event()

    def drip(line: socket.socket) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\n")
        while not stop.wait(0.05):
            line.sendall(b"X: y\r\n")

    with server(drip) as (url, _asked):
        with pytest.raises(TimeoutError):
            safe_http.get(url, headers={}, private_hosts=HERE, limits=safe_http.Limits(seconds=0.5))
        stop.set()


def test_a_server_that_hangs_up_early_is_not_believed() -> None:
    half = says("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhi")
    with server(half) as (url, _asked), pytest.raises(http.client.IncompleteRead):
        safe_http.get(url, headers={}, private_hosts=HERE)


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://a.example.com", "http://u:p@a.example.com", "http://", "//a"]
)
def test_other_addresses_are_not_asked(url: str) -> None:
    with pytest.raises(safe_http.UnsafeAddress):
        safe_http.get(url, headers={})
