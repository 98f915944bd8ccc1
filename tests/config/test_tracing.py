"""Traces at a receiver that runs beside the test, and what never gets there."""

import json
import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.db import IntegrityError, connection, transaction
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from dangol.api.operations import forget_kept_answers
from dangol.config.request_names import JsonLines
from dangol.config.tracing import begin_tracing, traced
from dangol.kit import safe_http
from dangol.kit.tracing import span
from dangol.messaging.transport.smtp import Account, Line
from dangol.tracking.models import InboxEntry
from dangol.tracking.operations import create_source, process_workspace
from tests.conftest import signed_in
from tests.factories import NOW, make_person
from tests.people import Cast

NAME, EMAIL, PHONE = "남궁비밀", "secret.person@example.com", "01098765432"
PERSONAL = (NAME, EMAIL, PHONE, "secret.person")


class Receiver(HTTPServer):
    """Keeps every body that came."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Taking)
        self.bodies: list[bytes] = []
        self.address = f"http://127.0.0.1:{self.server_port}"
        self.thread = threading.Thread(target=self.serve_forever)

    def spans(self) -> list[Span]:
        told = [ExportTraceServiceRequest.FromString(body) for body in self.bodies]
        return [
            one for body in told for place in body.resource_spans for in_it in place.scope_spans for one in in_it.spans
        ]


class Taking(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        self.server.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.end_headers()

    def do_GET(self) -> None:
        self.send_response(404)
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as made:
        made.thread.start()
        yield made
        made.shutdown()
        made.thread.join()


def test_everything_that_takes_time_is_told_and_nobody_is_named(
    inside: Cast, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.address)
    end = begin_tracing("test")
    with connection.execute_wrapper(traced):
        line = work_on_somebody(inside, receiver.address)
    end()

    spans = receiver.spans()
    names = {one.name for one in spans}
    assert {
        "GET people/", "POST people/new/", "SQL", "HTTP", "SMTP", "chunk of events", f"job {forget_kept_answers.name}",
    } <= names  # fmt: skip
    assert [personal for personal in PERSONAL if any(personal.encode() in body for body in receiver.bodies)] == []
    assert line["trace"] in {one.trace_id.hex() for one in spans}
    (failed,) = [one for one in spans if one.status.code == one.status.STATUS_CODE_ERROR and one.name == "doubling"]
    assert (failed.status.message, list(failed.events)) == ("", [])
    pages = {one.span_id: one for one in spans if one.name.startswith("GET ")}
    assert any(one.parent_span_id in pages for one in spans if one.name == "SQL")


def work_on_somebody(cast: Cast, address: str) -> dict[str, str]:
    """Do a bit of everything with one customer; return a line of the log that was written meanwhile."""
    person = make_person(cast.admin, name=NAME, email=EMAIL, phone=PHONE)
    client = signed_in(cast.admin)
    client.get("/people/", {"q": EMAIL})
    client.get(f"/people/{person.pk}/", {"name": NAME})
    client.post("/people/new/", {"name": NAME, "email": EMAIL, "phone": PHONE})
    source, _key = create_source(member=cast.admin, name="Web shop", now=NOW)
    told = {"userId": EMAIL, "traits": {"name": NAME, "phone": PHONE}}
    InboxEntry.objects.create(
        workspace=cast.workspace, source_id=source.pk, call="identify", received_at=NOW, body=json.dumps(told).encode()
    )
    process_workspace(cast.workspace.pk)
    forget_kept_answers.run(workspace_id=str(cast.workspace.pk))
    safe_http.get(f"{address}/{EMAIL}?name={PHONE}", headers={}, private_hosts=["127.0.0.1"])
    Line(Account("127.0.0.1", 1)).hand_over(sender="shop@example.com", recipient=EMAIL, mail=NAME.encode())
    with pytest.raises(IntegrityError), span("doubling", {}), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO workspaces_user SELECT * FROM workspaces_user WHERE email = 'jieun@example.com'")
    with span("a line", {}):
        line: dict[str, str] = json.loads(JsonLines().format(logging.makeLogRecord({"msg": "said"})))
    return line


def test_without_a_receiver_nothing_is_recorded(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    end = begin_tracing("test")
    with span("page", {}) as told:
        assert not told.is_recording()
    end()
    assert receiver.bodies == []
    assert "trace" not in json.loads(JsonLines().format(logging.makeLogRecord({"msg": "said"})))
