"""Requests of people about their data, through the API."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dangol.customers.models import Person, Restriction, RightsRequest
from dangol.customers.operations import take_request
from dangol.customers.operations.rights import erase_person_of
from dangol.kit import tenancy
from dangol.workspaces.enums import Role
from dangol.workspaces.models import AuditEntry, Member
from tests.api.conftest import Program, ProgramOf
from tests.factories import make_person
from tests.people import Cast

PATH = "rights-requests"
NOBODY = "00000000-0000-0000-0000-000000000001"


@pytest.fixture
def person(cast: Cast) -> Person:
    with tenancy.workspace(cast.workspace.pk):
        return make_person(cast.jieun, owner=cast.jieun, name="김하늘", email="haneul@example.com")


@pytest.fixture
def officer(cast: Cast, program_of: ProgramOf) -> Program:
    """Return a program of somebody who guards privacy and may neither change customers nor settings."""
    with tenancy.workspace(cast.workspace.pk):
        Member.objects.filter(pk=cast.marketer.pk).update(role=Role.PRIVACY_OFFICER)
        return program_of(Member.objects.get(pk=cast.marketer.pk))


def take(program: Program, person: Person, kind: str = "access", **told: str) -> dict[str, Any]:
    made = program.post(PATH, {"person_id": str(person.pk), "kind": kind, **told})
    assert made.status_code == 201, made.json()
    return dict(made.json())


def test_the_life_of_a_request(cast: Cast, person: Person, officer: Program) -> None:
    taken = take(officer, person, "restriction", source="phone", note="그만해 주세요")
    one = f"{PATH}/{taken['id']}"
    assert (taken["state"], taken["law"], taken["is_late"]) == ("open", "pipa", False)
    assert officer.post(f"{one}/work").status_code == 422
    said = officer.patch(one, {"identity_proof": "회신 전화", "owner_id": str(cast.admin.pk)}).json()
    assert (said["identity_proof"], said["owner_id"], said["note"]) == (
        "회신 전화",
        str(cast.admin.pk),
        "그만해 주세요",
    )
    assert officer.patch(one, {"owner_id": str(cast.lee.pk)}).json()["errors"][0]["field"] == "owner_id"
    longer = officer.post(f"{one}/extension", {"reason": "자료가 많음"}).json()
    assert (longer["extensions"], longer["due_at"] > taken["due_at"]) == (1, True)
    assert officer.post(f"{one}/extension", {"reason": "또"}).status_code == 422
    done = officer.post(f"{one}/work").json()
    assert (done["state"], done["done_at"] is None) == ("done", False)
    assert officer.post(f"{one}/refusal", {"ground": "claims", "reason": "늦음"}).status_code == 422
    with tenancy.workspace(cast.workspace.pk):
        assert Restriction.objects.get().reason == "그만해 주세요"
        verbs = set(AuditEntry.objects.filter(member_id=cast.marketer.pk, deed="change").values_list("verb", flat=True))
    assert verbs >= {
        "take_rights_request", "handle_rights_request", "extend_rights_request", "carry_out_rights_request",
    }  # fmt: skip


def test_an_erasure_is_done_for_a_privacy_officer(cast: Cast, person: Person, officer: Program) -> None:
    taken = take(officer, person, "erasure", identity_proof="신분증")
    assert officer.post(f"{PATH}/{taken['id']}/work").json()["state"] == "working"
    with tenancy.workspace(cast.workspace.pk):
        request = RightsRequest.objects.get()
        erase_person_of(workspace_id=cast.workspace.pk, request_id=request.pk, member_id=cast.marketer.pk)
    done = officer.get(f"{PATH}/{taken['id']}").json()
    assert (done["state"], done["person_id"]) == ("done", None)
    assert {"place": "customers_person", "rule": "deleted", "rows": 1}.items() <= next(
        one for one in done["outcomes"] if one["place"] == "customers_person"
    ).items()


def test_a_request_is_refused_on_a_ground_that_the_law_knows(person: Person, officer: Program) -> None:
    one = f"{PATH}/{take(officer, person)['id']}"
    wrong = officer.post(f"{one}/refusal", {"ground": "trouble", "reason": "x"})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "ground")
    assert officer.post(f"{one}/refusal", {"ground": "claims", "reason": " "}).status_code == 422
    told = officer.post(f"{one}/refusal", {"ground": "claims", "reason": "소송 중"}).json()
    assert (told["state"], told["refusal_ground"], told["reply"]) == ("refused", "claims", "소송 중")


def test_the_next_one_due_stands_first_and_late_ones_say_so(cast: Cast, person: Person, officer: Program) -> None:
    now = timezone.now()
    with tenancy.workspace(cast.workspace.pk):
        for kind, days in (("access", 1), ("correction", 20)):
            take_request(person=person, kind=kind, member=cast.admin, now=now - timedelta(days=days))
    first = officer.get(f"{PATH}?limit=1").json()
    [late] = first["items"]
    assert (late["kind"], late["is_late"], late["person_id"]) == ("correction", True, str(person.pk))
    [next_one] = officer.get(f"{PATH}?limit=1&after={first['next_after']}").json()["items"]
    assert (next_one["kind"], next_one["is_late"]) == ("access", False)
    assert officer.get(f"{PATH}?is_pending=false").json()["items"] == []


def test_only_who_guards_privacy_of_this_workspace(cast: Cast, person: Person, program_of: ProgramOf) -> None:
    admin = program_of(cast.admin)
    one = f"{PATH}/{take(admin, person)['id']}"
    told = {"person_id": str(person.pk), "kind": "erasure"}
    for member in (cast.jieun, cast.marketer):
        program = program_of(member)
        answers = [program.get(PATH), program.get(one), program.post(PATH, told), program.patch(one, {"reply": "x"})]
        answers += [program.post(f"{one}/work"), program.post(f"{one}/extension", {"reason": "x"})]
        assert {answer.status_code for answer in answers} == {403}
    lee = program_of(cast.lee)
    assert [lee.get(one).status_code, lee.post(f"{one}/work").status_code, lee.get(PATH).json()["items"]] == [
        404, 404, [],
    ]  # fmt: skip
    for person_id in (person.pk, NOBODY):
        refused = lee.post(PATH, told | {"person_id": str(person_id)})
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "person_id")


def test_the_same_is_taken_in_once(person: Person, officer: Program) -> None:
    told = {"person_id": str(person.pk), "kind": "access"}
    made = [officer.post(PATH, told, Idempotency_Key="one").json()["id"] for _time in range(2)]
    assert made[0] == made[1]
    assert officer.post(PATH, told).status_code == 422


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(cast: Cast, officer: Program, rows: int) -> None:
    with tenancy.workspace(cast.workspace.pk):
        for _row in range(rows):
            take_request(person=make_person(cast.jieun), kind="access", member=cast.admin, now=timezone.now())
    officer.get(PATH)
    with CaptureQueriesContext(connection) as queries:
        assert len(officer.get(PATH).json()["items"]) == rows
    assert len([one for one in queries if "SAVEPOINT" not in one["sql"]]) == 10
