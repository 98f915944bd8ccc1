"""People out of a web service, with paging and with all that goes wrong with them."""

import base64
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pytest_django import Settings

from dangol.customers.models import Person
from dangol.integrations.data_sources import operations
from dangol.integrations.data_sources.enums import Kind, RunState
from dangol.kit import tenancy
from tests.integrations.data_sources.sources import counts, make_source, read
from tests.people import Cast

TOKEN = "t0ken-of-the-service"
BASIC = "Basic " + base64.b64encode(f"u:{TOKEN}".encode()).decode()
Answer = tuple[int, dict[str, str], bytes]


class Service:
    """A web service whose answers a test chooses. It keeps what it was asked."""

    def __init__(self) -> None:
        self.people = [person(number) for number in range(1, 6)]
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.faults: list[Callable[[], Answer]] = []
        self.answer: Callable[[str, dict[str, str]], Answer] = self.by_number
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                service.asked.append((self.path, dict(self.headers.items())))
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                status, headers, body = service.faults.pop(0)() if service.faults else service.answer(parts.path, query)
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/people"

    def by_number(self, path: str, query: dict[str, str]) -> Answer:
        page, size = int(query.get("page", 1)), int(query.get("size", 2))
        return ok({"data": {"items": self.people[(page - 1) * size : page * size]}})

    def by_offset(self, path: str, query: dict[str, str]) -> Answer:
        start = int(query.get("offset", 0))
        return ok(self.people[start : start + 2])

    def by_link(self, path: str, query: dict[str, str]) -> Answer:
        start = int(query.get("from", 0))
        following = f"/people?from={start + 2}" if start + 2 < len(self.people) else None
        return ok({"items": self.people[start : start + 2], "next": following})

    def by_header(self, path: str, query: dict[str, str]) -> Answer:
        start = int(query.get("from", 0))
        link = {"Link": f'<{self.url}?from={start + 2}>; rel="next"'} if start + 2 < len(self.people) else {}
        return ok(self.people[start : start + 2], **link)

    def by_cursor(self, path: str, query: dict[str, str]) -> Answer:
        start = int(query.get("after", "m0")[1:])
        mark = f"m{start + 2}" if start + 2 < len(self.people) else ""
        return ok({"people": self.people[start : start + 2], "meta": {"next": mark}})

    def since(self, path: str, query: dict[str, str]) -> Answer:
        return ok([one for one in self.people if one["updated"] >= query.get("since", "")])


def person(number: int) -> dict[str, Any]:
    return {
        "id": number, "email": f"p{number}@example.com", "home": {"city": "부산"}, "tags": None,
        "updated": f"2026-01-0{number}T00:00:00Z",
    }  # fmt: skip


def ok(body: Any, **headers: str) -> Answer:
    return 200, headers, json.dumps(body).encode()


@pytest.fixture
def service() -> Iterator[Service]:
    running = Service()
    yield running
    running.server.shutdown()
    running.server.server_close()


def place(service: Service, **changes: Any) -> dict[str, Any]:
    return {"url": service.url, "host": "127.0.0.1", "auth": "none"} | changes


NUMBER = {"items": "data.items", "paging": "number", "page_parameter": "page", "size_parameter": "size", "page_size": 2}
MAPPING = {"updated": "", "tags": ""}


@pytest.mark.parametrize(
    "way, content",
    [
        ("by_number", NUMBER),
        ("by_offset", {"paging": "offset", "page_parameter": "offset"}),
        ("by_link", {"paging": "link", "next_path": "next"}),
        ("by_header", {"paging": "link"}),
        ("by_cursor", {"paging": "cursor", "page_parameter": "after", "next_path": "meta.next"}),
    ],
)
def test_every_way_of_paging_brings_everybody(
    inside: Cast, service: Service, way: str, content: dict[str, Any]
) -> None:
    service.answer = getattr(service, way)
    source = make_source(inside.admin, Kind.REST, place(service), content, mapping=MAPPING)
    run = read(source, inside.admin)
    assert (run.state, counts(run)) == (RunState.DONE, (5, 5, 0, 0))
    assert Person.objects.get(external_id="3").city == "부산"


def test_only_what_changed_is_asked_for(inside: Cast, service: Service) -> None:
    service.answer = service.since
    content = {"since_parameter": "since"}
    source = make_source(inside.admin, Kind.REST, place(service), content, mapping=MAPPING, cursor_column="updated")
    assert counts(read(source, inside.admin)) == (5, 5, 0, 0)
    service.people = [*service.people, person(6), person(7)]
    assert counts(read(source, inside.admin)) == (2, 2, 0, 0)
    assert "since=2026-01-05T00" in service.asked[-1][0]
    assert source.cursor["value"] == "2026-01-07T00:00:00+00:00"


@pytest.mark.parametrize(
    "auth, secrets, header",
    [
        ({"auth": "basic", "user": "u"}, {"password": TOKEN}, ("Authorization", BASIC)),
        ({"auth": "bearer"}, {"token": TOKEN}, ("Authorization", f"Bearer {TOKEN}")),
        ({"auth": "header", "header": "X-Api-Key"}, {"token": TOKEN}, ("X-Api-Key", TOKEN)),
    ],
)  # fmt: skip
def test_the_service_knows_us(
    inside: Cast, service: Service, auth: dict[str, str], secrets: dict[str, str], header: tuple[str, str]
) -> None:
    make_source(inside.admin, Kind.REST, place(service, **auth), NUMBER, secrets=secrets)
    assert service.asked[-1][1][header[0]] == header[1]


def test_a_fault_of_the_service_lets_the_run_wait_and_go_on_where_it_was(inside: Cast, service: Service) -> None:
    source = make_source(inside.admin, Kind.REST, place(service), NUMBER, mapping=MAPPING)
    service.faults = [lambda: service.by_number("", {}), lambda: service.by_number("", {}), lambda: (503, {}, b"busy")]
    run = read(source, inside.admin)
    assert (run.state, counts(run), run.attempts) == (RunState.WAITING, (2, 2, 0, 0), 1)
    assert "fault of its own (503). It said: busy" in run.error
    asked = len(service.asked)
    again = read(source, inside.admin)
    assert (again.pk, again.state, counts(again)) == (run.pk, RunState.DONE, (5, 5, 0, 0))
    assert not any("page=1&" in path for path, _headers in service.asked[asked + 1 :])


def test_pauses_grow_and_end(inside: Cast, service: Service) -> None:
    from dangol.integrations.data_sources.operations.timing import pause_after

    pauses = [pause_after(attempts) for attempts in range(1, 9)]
    assert [pause.total_seconds() / 60 if pause else None for pause in pauses] == [1, 2, 4, 8, 16, 32, 60, None]
    source = make_source(inside.admin, Kind.REST, place(service), NUMBER, mapping=MAPPING)
    service.faults = [lambda: (500, {}, b"")] * 8
    states = [read(source, inside.admin).state for _attempt in range(8)]
    assert states == [RunState.WAITING] * 7 + [RunState.FAILED]


@pytest.mark.parametrize(
    "fault, words",
    [
        ((401, {}, f"bad {TOKEN}".encode()), "does not let us in (401). It said: bad •••"),
        ((404, {}, b"no such thing"), "refuses (404). It said: no such thing"),
        ((200, {}, b"<html>"), "did not answer in JSON"),
        ((200, {}, b'{"data": {"items": 3}}'), "no list of objects"),
        ((302, {"Location": "file:///etc/passwd"}, b""), "begin with http://"),
        ((302, {"Location": "http://localhost:1/x"}, b""), "localhost leads into a private network"),
        ((302, {"Location": "http://169.254.169.254/latest"}, b""), "169.254.169.254 leads into a private network"),
        ((200, {"Content-Length": str(10**10)}, b"[]"), "larger than 32 MB"),
    ],
)
def test_what_is_wrong_is_said_and_not_tried_again(inside: Cast, service: Service, fault: Answer, words: str) -> None:
    secrets, auth = {"token": TOKEN}, {"auth": "bearer"}
    source = make_source(inside.admin, Kind.REST, place(service, **auth), NUMBER, secrets=secrets, mapping=MAPPING)
    service.faults = [lambda: fault]
    run = read(source, inside.admin)
    assert (run.state, run.read_count) == (RunState.FAILED, 0)
    assert words in run.error
    assert TOKEN not in run.error


def test_the_next_page_must_be_on_the_same_server(inside: Cast, service: Service) -> None:
    elsewhere = ok({"items": service.people, "next": "http://other.example.com/people"})
    service.answer = lambda _path, _query: elsewhere
    content = {"items": "items", "paging": "link", "next_path": "next"}
    source = make_source(inside.admin, Kind.REST, place(service), content, mapping=MAPPING)
    run = read(source, inside.admin)
    assert (run.state, run.read_count) == (RunState.FAILED, 5)
    assert "The next page is on another server." in run.error


def test_a_private_address_must_be_allowed_first(inside: Cast, service: Service) -> None:
    with pytest.raises(operations.UnableToSetUp, match="leads into a private network"):
        make_source(inside.admin, Kind.REST, place(service), NUMBER, is_private_allowed=False)
    assert service.asked == []


def test_an_operator_can_close_the_private_network_for_all(inside: Cast, service: Service, settings: Settings) -> None:
    settings.PRIVATE_SOURCES = False
    with pytest.raises(operations.UnableToSetUp, match="leads into a private network"):
        make_source(inside.admin, Kind.REST, place(service), NUMBER)


def test_another_workspace_reads_nothing_of_ours(inside: Cast, service: Service) -> None:
    source = make_source(inside.admin, Kind.REST, place(service), NUMBER, mapping=MAPPING)
    run = operations.run_now(source=source, member=inside.admin, now=source.created_at)
    operations.run_source(workspace_id=inside.other_workspace.pk, run_id=run.pk)
    run.refresh_from_db()
    assert (run.state, run.read_count) == (RunState.RUNNING, 0)
    with tenancy.workspace(inside.other_workspace.pk):
        assert not Person.objects.exists()
