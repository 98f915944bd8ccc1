"""A shop's own website, on another origin than the product, with a strict content security policy."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

PAGE = """<!doctype html><html lang="ko"><head><meta charset="utf-8"><title>찻집</title>{head}</head><body>
<h1>찻집</h1>
<button id="buy" type="button" data-dangol-click="buy">구매</button>
<button id="quiet" type="button" data-dangol-ignore>조용히</button>
<form id="order" name="order" action="/thanks" data-dangol-fields="size password hidden card card2 memo">
<input name="size" value="large"><input name="unlisted" value="no"><input type="password" name="password" value="no">
<input type="hidden" name="hidden" value="no"><input name="card" autocomplete="cc-number" value="no">
<input name="card2" value="4111 1111 1111 1111"><input name="memo" value="930101-1234567">
<button id="send">보내기</button></form></body></html>"""


class Shop(ThreadingHTTPServer):
    """Answers every path with its page, and `/client.js` with a script of the test's."""

    daemon_threads = True

    def __init__(self, head: str, *, allowed: str, script: bytes) -> None:
        super().__init__(("127.0.0.1", 0), _Visit)
        self.page = PAGE.format(head=head).encode()
        self.script = script
        self.policy = f"default-src 'none'; form-action 'self'; script-src 'self' {allowed}; connect-src {allowed}"

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


@contextmanager
def shop(head: str, *, allowed: str, script: bytes = b"") -> Iterator[Shop]:
    """
    Open a shop.

    :param head: what stands in the head of every page, as the shop's owner would paste it
    :param allowed: the origins that its policy allows besides its own
    """
    opened = Shop(head, allowed=allowed, script=script)
    thread = Thread(target=opened.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield opened
    finally:
        opened.shutdown()
        thread.join()
        opened.server_close()


class _Visit(BaseHTTPRequestHandler):
    server: Shop

    def do_GET(self) -> None:
        is_script = self.path == "/client.js"
        self.send_response(404 if self.path == "/favicon.ico" else 200)
        self.send_header("content-type", "text/javascript" if is_script else "text/html; charset=utf-8")
        self.send_header("content-security-policy", self.server.policy)
        self.end_headers()
        self.wfile.write(self.server.script if is_script else self.server.page)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
        """Keep quiet."""
