"""What every request meets: limits, unreadable bodies, unknown addresses."""

import pytest

from dangol.api import limits
from tests.api.conftest import Program, ProgramOf
from tests.conftest import MemberClient
from tests.people import Cast


def test_without_a_key_nothing_is_told(cast: Cast) -> None:
    answer = MemberClient().get("/api/v1/people")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.json() == {
        "type": "/api/v1/docs#no-key",
        "title": "No key",
        "status": 401,
        "detail": (
            "Send an API key in the header “Authorization: Bearer …”. An administrator makes one in the settings."
        ),
    }


def test_a_signed_in_browser_is_no_program(cast: Cast, client_of: object) -> None:
    client = client_of(cast.admin)  # type: ignore[operator] # the fixture's function
    assert client.get("/api/v1/people").status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[" * 100_000,
        b'{"name": NaN}',
        b'{"name": "\\ud800"}',
        b"\xff",
        b'{"name": "a\\u0000"}',
        b'{"name": 1e999}',
        b"",
    ],
)
def test_a_body_that_is_no_json_is_refused(cast: Cast, program_of: ProgramOf, body: bytes) -> None:
    answer = program_of(cast.jieun).ask("POST", "people", body)
    assert answer.status_code in {400, 422}
    assert answer["Content-Type"] == "application/problem+json"


def test_a_body_may_have_a_megabyte(cast: Cast, program_of: ProgramOf) -> None:
    program = program_of(cast.jieun)
    answer = program.ask("POST", "people", b'{"name": "' + b"x" * limits.BODY_BYTES + b'"}')
    assert (answer.status_code, answer.json()["type"]) == (413, "/api/v1/docs#too-large")


def test_a_key_may_ask_so_often_and_no_more(cast: Cast, program_of: ProgramOf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PER_MINUTE", 2)
    eager, other = program_of(cast.jieun), program_of(cast.minsu)
    assert [eager.get("people").status_code for _time in range(2)] == [200, 200]
    answer = eager.get("people")
    assert (answer.status_code, answer.json()["type"]) == (429, "/api/v1/docs#too-many")
    assert 1 <= int(answer["Retry-After"]) <= 60
    assert other.get("people").status_code == 200


def test_unknown_addresses_and_methods_answer_in_json(cast: Cast, program_of: ProgramOf) -> None:
    program = program_of(cast.jieun)
    for method, path, status in (
        ("GET", "peeple", 404),
        ("GET", "people/", 404),
        ("GET", "people/7", 404),
        ("PUT", "people", 405),
        ("DELETE", "search", 405),
    ):
        answer = program.ask(method, path)
        assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert set(program.ask("PUT", "people")["Allow"].split(", ")) == {"GET", "POST"}


def test_the_description_and_the_documentation_are_open(cast: Cast) -> None:
    client = MemberClient()
    described = client.get("/api/v1/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    assert "/api/v1/people/{person_id}" in described["paths"]
    page = client.get("/api/v1/docs").content.decode()
    for path in described["paths"]:
        assert path in page
    assert "<script>" not in page
    assert "style=" not in page


def test_a_forgotten_key_is_like_a_wrong_one(cast: Cast) -> None:
    assert Program("").get("people").json()["type"] == "/api/v1/docs#bad-key"
