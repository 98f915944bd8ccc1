"""What can be told from outside is listed; nothing else gets in, and no secret gets out."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.urls import get_resolver

from dangol.api.endpoints.entry import api
from tests.api.conftest import ProgramOf
from tests.api.conftest import program_of as program_of  # noqa: PLC0414 - a fixture of the API's tests
from tests.people import Cast

OURS = {"id", "workspace", "workspace_id", "created_at", "deleted_at", "merged_into", "role", "is_active", "is_staff",
        "is_superuser", "user_id", "password", "key_digest", "won", "origin", "by"}  # fmt: skip
"""What only the house itself decides."""
SECRET = re.compile(r"password|digest|secret|hash|recovery|token")


def described() -> dict[str, Any]:
    return dict(api.get_openapi_schema())


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in schema:
        return schema
    return dict(described()["components"]["schemas"][schema["$ref"].rpartition("/")[2]])


def told_by_programs() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every body that the API takes."""
    for path, methods in described()["paths"].items():
        for method, operation in methods.items():
            if "requestBody" in operation:
                yield f"{method} {path}", resolved(operation["requestBody"]["content"]["application/json"]["schema"])


def model_forms(base: type[Any] = forms.ModelForm) -> Iterator[type[Any]]:
    for form in base.__subclasses__():
        yield form
        yield from model_forms(form)


def _ours(name: str) -> set[str]:
    """Return what a body may not tell. A rule of approvals names the role that is asked, not somebody's own."""
    return OURS - {"role"} if "/approval-rules" in name else OURS


@pytest.mark.shows("15.3.3", "AC-06")
def test_a_program_tells_only_what_is_listed() -> None:
    bodies = list(told_by_programs())
    assert len(bodies) > 5
    assert [name for name, schema in bodies if schema.get("additionalProperties") is not False] == []
    assert [(name, known) for name, schema in bodies if (known := _ours(name) & set(schema["properties"]))] == []


@pytest.mark.shows("15.3.3", "AC-06")
def test_an_unlisted_word_is_refused_and_nothing_is_kept(cast: Cast, program_of: ProgramOf) -> None:
    program = program_of(cast.admin)
    for name, value in (("workspace_id", str(cast.other_workspace.pk)), ("id", str(cast.lee.pk)), ("origin", "import")):
        answer = program.post("people", {"name": "김하늘", name: value})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, name)
    assert program.get("people").json()["items"] == []


@pytest.mark.shows("15.3.3", "AC-06")
def test_a_form_of_a_model_lists_its_fields() -> None:
    assert get_resolver().url_patterns, "all forms are imported with the pages"
    ours = [form for form in model_forms() if form.__module__.startswith("dangol.")]
    assert ours
    assert [form for form in ours if not isinstance(form._meta.fields, list | tuple)] == []
    assert [(form, known) for form in ours if (known := (OURS - {"role"}) & set(form.base_fields))] == []


@pytest.mark.shows("AC-07")
def test_no_answer_has_room_for_a_secret() -> None:
    schemas = described()["components"]["schemas"]
    assert [(name, one) for name in schemas for one in schemas[name].get("properties", ()) if SECRET.search(one)] == []


@pytest.mark.shows("3.5.2", "AC-28")
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_what_a_form_of_another_site_can_send_is_no_json(cast: Cast, program_of: ProgramOf, kind: str) -> None:
    program = program_of(cast.admin)
    headers = {"Authorization": f"Bearer {program.secret}"}
    answer = program.client.post("/api/v1/people", '{"name": "x"}', content_type=kind, headers=headers)
    assert answer.status_code == 400
    assert program.get("people").json()["items"] == []
