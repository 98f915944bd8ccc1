"""Whatever a program sends, to whatever address of the description: never an error of ours."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dangol.api import limits
from dangol.api.endpoints.entry import api
from dangol.customers.enums import FieldKind
from dangol.customers.operations import FieldDetails, ObjectDetails, define_field, define_object
from dangol.kit import tenancy
from dangol.workspaces.contracts import Proposal
from dangol.workspaces.operations import clear
from tests.api.conftest import Program, ProgramOf
from tests.factories import NOW, make_person
from tests.people import Cast

CALLS = [
    (method.upper(), path, said)
    for path, methods in api.get_openapi_schema()["paths"].items()
    for method, said in methods.items()
]
COMPONENTS = api.get_openapi_schema()["components"]["schemas"]
NASTY = ["", "\x00", "\ud7ff", "🙂", "'; --", "%", "\\", "../", "0", "-1", "1e999", "NaN", "null", "900101-1234567"]
DAYS = ["0001-01-01", "9999-12-31", "2026-02-30", "2026-11-23"]
MOMENTS = [
    "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
    "2026-11-23T00:00:00Z", "1",
]  # fmt: skip

words = st.one_of(st.sampled_from(NASTY), st.text(max_size=40))
anything = st.recursive(
    st.one_of(
        st.none(), st.booleans(), words, st.integers(), st.floats(allow_nan=False, allow_infinity=False),
        st.sampled_from(DAYS + MOMENTS),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(words, inner, max_size=3)),
    max_leaves=6,
)  # fmt: skip


def fitting(schema: dict[str, Any], ids: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    """Return values that fit a schema, more or less, so that they get past the first look."""
    if "$ref" in schema:
        return body(COMPONENTS[schema["$ref"].rpartition("/")[2]], ids)
    if "anyOf" in schema:
        return st.one_of(*(fitting(one, ids) for one in schema["anyOf"]))
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "uuid": ids,
        "date": st.sampled_from(DAYS),
        "date-time": st.sampled_from(MOMENTS),
        "string": words,
        "integer": st.integers(),
        "boolean": st.booleans(),
        "null": st.none(),
    }
    kind = schema.get("format") or schema.get("type")
    if kind == "array":
        return st.lists(fitting(schema["items"], ids), max_size=3)
    if kind == "object":
        return st.dictionaries(st.sampled_from([*FieldKind.values, "other"]), anything, max_size=4)
    return kinds.get(str(kind), anything)


def body(schema: dict[str, Any], ids: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    """A body with what is needed and one or two things more: of many nonsensical things only the first is looked at."""
    parts = {name: fitting(one, ids) for name, one in schema["properties"].items()}
    required = {name: parts.pop(name) for name in schema.get("required", ())}
    if "name" in parts:
        required["name"] = parts.pop("name") | st.just("김하늘")
    few = st.sets(st.sampled_from(sorted(parts)), max_size=2) if parts else st.just(set[str]())
    whole = few.flatmap(lambda names: st.fixed_dictionaries(required | {name: parts[name] for name in names}))
    return whole | whole | whole | anything


@dataclass(frozen=True)
class Asked:
    """A request to an address of the description; the path begins behind /api/v1/."""

    method: str
    path: str
    told: Any
    headers: dict[str, str]


def drawn(data: st.DataObject, method: str, path: str, said: dict[str, Any], known: Mapping[str, str]) -> Asked:
    """Draw a request that fits, more or less, what is said about a call."""
    ids = st.sampled_from(sorted(known.values()))
    content = said.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    address = path.removeprefix("/api/v1/")
    asked = {}
    for one in said.get("parameters", ()):
        name = one["name"]
        if one["in"] == "path":
            here = {"object": st.sampled_from(["pet", "pet", "person"]), "name": words}
            fits = here[name] if name in here else st.just(known[name]) | ids
            address = address.replace(f"{{{name}}}", quote(data.draw(fits), safe="") or "x")
        elif data.draw(st.booleans()):
            value = data.draw(st.one_of(fitting(one["schema"], ids), words))
            asked[name] = "" if value is None else str(value)
    told = data.draw(fitting(content, ids)) if content else None
    version = data.draw(words).encode("ascii", "ignore").decode().replace("\n", "").replace("\r", "")
    return Asked(
        method, f"{address}?{urlencode(asked)}", told, {"If_Match": version} if data.draw(st.booleans()) else {}
    )


def furnish(cast: Cast, program: Program) -> dict[str, str]:
    """Give everything a field of every kind; return ids that lead somewhere."""
    with tenancy.workspace(cast.workspace.pk):
        define_object(member=cast.admin, details=ObjectDetails(label="Pet", plural="Pets", key="pet"), now=NOW)
        for on in ("person", "company", "pet"):
            for kind in FieldKind.values:
                details = FieldDetails(
                    key=kind, label=kind, kind=kind, currency="KRW" if kind == "money" else "",
                    choices=("tea", "milk") if kind.startswith("choice") else (),
                    target="pet" if kind == "record" else "",
                )  # fmt: skip
                define_field(member=cast.admin, object=on, details=details, now=NOW)
        person = make_person(cast.admin, name="김하늘")
    company = program.post("companies", {"name": "한빛"}).json()["id"]
    pet = program.post("objects/pet/records", {"name": "나비"}).json()["id"]
    relation = program.post(
        f"people/{person.pk}/relations", {"kind": "works_at", "other_kind": "company", "other_id": company}
    ).json()["id"]
    ids = {"person_id": str(person.pk), "company_id": company, "record_id": pet, "relation_id": relation}
    asked = {"person_id": str(person.pk), "kind": "restriction", "identity_proof": "신분증"}
    ids["request_id"] = program.post("rights-requests", asked).json()["id"]
    told = {"subject": "deletion", "way": "members", "members": [str(cast.admin.pk)]}
    ids["rule_id"] = program.post("approval-rules", told).json()["id"]
    with tenancy.workspace(cast.workspace.pk):
        proposal = Proposal(subject="deletion", row_id=person.pk, content={"list": "people"}, amount=1)
        question = clear(proposal=proposal, by=cast.minsu, now=NOW)
    assert question is not None
    ids["approval_id"] = str(question.pk)
    return ids | {"owner_id": str(cast.minsu.pk), "stranger_id": str(cast.lee.pk)}


@pytest.fixture
def furnished(cast: Cast, program_of: ProgramOf, monkeypatch: pytest.MonkeyPatch) -> tuple[Program, dict[str, str]]:
    monkeypatch.setattr(limits, "PER_MINUTE", 1_000_000)
    program = program_of(cast.admin)
    return program, furnish(cast, program)


@pytest.mark.parametrize(("method", "path", "said"), CALLS, ids=[f"{method} {path}" for method, path, _said in CALLS])
def test_nothing_breaks_on_nonsense(
    furnished: tuple[Program, dict[str, str]], method: str, path: str, said: dict[str, Any]
) -> None:
    program, known = furnished

    @settings(max_examples=10, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
    @given(st.data())
    def ask(data: st.DataObject) -> None:
        asked = drawn(data, method, path, said, known)
        answer = program.ask(asked.method, asked.path, asked.told, **asked.headers)
        assert answer.status_code < 500
        connection.check_constraints()
        if answer.status_code >= 400:
            assert answer["Content-Type"] == "application/problem+json"
            assert answer.json()["detail"]

    ask()
