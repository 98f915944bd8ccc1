"""What a failure tells, to whom, and what it leaves undone."""

import logging
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from dangol.config.log_lines import OneLine
from dangol.desk.views import home
from dangol.messaging.models import Message
from dangol.messaging.policy.consent import ConsentForPurpose
from dangol.workspaces.access import MemberRequest, allowed
from tests.api.conftest import ProgramOf
from tests.api.conftest import program_of as program_of  # noqa: PLC0414 - a fixture of the API's tests
from tests.conftest import signed_in
from tests.factories import make_person
from tests.messaging.making import agree, make_sender, make_version, queue
from tests.people import Cast

SECRET = "the-inside-of-the-house"


def breaks(*_args: Any, **_named: Any) -> Any:
    raise RuntimeError(SECRET)


@pytest.mark.shows("16.5.1")
def test_a_failure_gives_a_reference_and_nothing_of_the_inside(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(home, "render", breaks)
    client = signed_in(cast.admin)
    client.raise_request_exception = False
    answer = client.get("/")
    reference = answer["X-Failure"]
    assert (answer.status_code, len(reference)) == (500, 8)
    assert reference in answer.text
    assert SECRET not in answer.text
    assert f"failure {reference} at GET /" in caplog.messages
    assert SECRET in caplog.text


@pytest.mark.shows("16.5.1")
def test_a_program_gets_the_reference_too(cast: Cast, program_of: ProgramOf, monkeypatch: pytest.MonkeyPatch) -> None:
    program = program_of(cast.admin)
    program.client.raise_request_exception = False
    monkeypatch.setattr("dangol.api.door.note_key_use", breaks)
    answer = program.get("people")
    assert (answer.status_code, answer.json()["status"], len(answer["X-Failure"])) == (500, 500, 8)
    assert SECRET not in answer.text


@pytest.mark.shows("16.5.3")
def test_a_permission_that_breaks_lets_nobody_in(inside: Cast) -> None:
    done = []

    @allowed(breaks)
    def view(_request: MemberRequest) -> HttpResponse:
        done.append("done")
        return HttpResponse()

    request: Any = RequestFactory().get("/")
    request.member = inside.admin
    with pytest.raises(RuntimeError):
        view(request)
    assert done == []


@pytest.mark.shows("16.5.3")
def test_a_rule_of_consent_that_breaks_lets_nothing_out(inside: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    make_sender(inside.admin)
    person = make_person(inside.jieun)
    agree(person)
    version = make_version(inside.admin)
    monkeypatch.setattr(ConsentForPurpose, "judge", breaks)
    with pytest.raises(RuntimeError):
        queue(version, [person])
    assert not Message.objects.exists()


@pytest.mark.shows("16.4.1", "AC-45")
def test_a_name_begins_no_line_of_the_log() -> None:
    name = "Lee\n2026-11-23 ERROR dangol.audit forged\r\x1b[2J\u2028\x85"
    record = logging.LogRecord("dangol", logging.INFO, "", 0, "signed in: %s", (name,), None)
    line = OneLine("%(levelname)s %(message)s").format(record)
    assert line == r"INFO signed in: Lee\n2026-11-23 ERROR dangol.audit forged\r\x1b[2J\u2028\x85"
