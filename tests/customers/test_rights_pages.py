"""Pages about rights: for administrators only, and nothing happens but by a button."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from dangol.customers.models import (
    ConsentEntry,
    ConsentQuestion,
    ConsentRules,
    ConsentWording,
    Person,
    Restriction,
    RightsRequest,
)
from dangol.customers.operations import restrict, save_consent_rules, take_request, write_wording
from dangol.customers.operations.rights import pack_copy
from dangol.kit import tenancy
from dangol.workspaces.models import Member
from tests.conftest import MemberClient
from tests.factories import NOW, make_person
from tests.people import Cast

pytestmark = pytest.mark.django_db

SignIn = Callable[[Member], MemberClient]


@pytest.fixture
def person(cast: Cast) -> Person:
    with tenancy.workspace(cast.workspace.pk):
        return make_person(cast.jieun, owner=cast.jieun)


def requests_of(cast: Cast) -> list[RightsRequest]:
    with tenancy.workspace(cast.workspace.pk):
        return list(RightsRequest.objects.order_by("id"))


def test_only_administrators_see_and_use_the_pages(cast: Cast, person: Person, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        asked = take_request(person=person, kind="access", member=cast.admin, now=NOW)
    gets = [f"/people/{person.pk}/rights/", "/settings/rights/", f"/settings/rights/{asked.pk}/", "/settings/consent/"]
    posts = [
        f"/people/{person.pk}/rights/requests/", f"/people/{person.pk}/restriction/",
        f"/people/{person.pk}/resumption/", f"/settings/rights/{asked.pk}/work/",
        f"/settings/rights/{asked.pk}/refusal/", f"/settings/rights/{asked.pk}/handling/",
        f"/settings/rights/{asked.pk}/extension/", f"/people/{person.pk}/guardian/",
        f"/people/{person.pk}/guardian/withdrawal/", "/settings/consent/rules/", "/settings/consent/wordings/",
    ]  # fmt: skip
    for path in gets:
        assert client_of(cast.admin).get(path).status_code == 200, path
        assert MemberClient().get(path).status_code == 302
    for member in (cast.jieun, cast.minsu, cast.dana, cast.marketer):
        client = client_of(member)
        assert {client.get(path).status_code for path in gets} == {403}
        assert {client.post(path).status_code for path in posts} == {403}
    stranger = client_of(cast.lee)
    foreign = [path for path in (*gets, *posts) if str(person.pk) in path or str(asked.pk) in path]
    assert {stranger.post(path).status_code for path in foreign if path in posts} == {404}
    assert {stranger.get(path).status_code for path in foreign if path in gets} == {404}
    assert person.email not in stranger.get("/settings/rights/").content.decode()
    assert [request.state for request in requests_of(cast)] == ["open"]


def test_a_request_is_taken_in_and_a_copy_fetched(cast: Cast, person: Person, client_of: SignIn) -> None:
    client = client_of(cast.admin)
    client.post(
        f"/people/{person.pk}/rights/requests/",
        {"kind": "access", "note": "전화", "law": "pipa", "source": "phone", "identity_proof": "회신 전화"},
    )
    (asked,) = requests_of(cast)
    assert client.get(f"/settings/rights/{asked.pk}/data.zip").status_code == 404
    client.post(f"/settings/rights/{asked.pk}/work/")
    with tenancy.workspace(cast.workspace.pk):
        pack_copy(workspace_id=cast.workspace.pk, request_id=asked.pk, member_id=cast.admin.pk)
    answer = client.get(f"/settings/rights/{asked.pk}/data.zip")
    assert (answer.status_code, answer.content[:2]) == (200, b"PK")
    for member, status in ((cast.jieun, 403), (cast.lee, 404)):
        assert client_of(member).get(f"/settings/rights/{asked.pk}/data.zip").status_code == status
    report = client.get(f"/settings/rights/{asked.pk}/").content.decode()
    assert "customers_identity" in report


def test_late_requests_stand_out_and_unconfirmed_ones_do_not_count(
    cast: Cast, person: Person, client_of: SignIn
) -> None:
    with tenancy.workspace(cast.workspace.pk):
        take_request(person=person, kind="erasure", now=NOW)
        take_request(person=person, kind="correction", member=cast.admin, now=NOW - timedelta(days=900))
    page = client_of(cast.admin).get("/settings/rights/", headers={"accept-language": "en"}).content.decode()
    assert page.count("row-link") == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_many(
    cast: Cast, client_of: SignIn, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    with tenancy.workspace(cast.workspace.pk):
        for _n in range(count):
            take_request(person=make_person(cast.jieun), kind="access", member=cast.admin, now=NOW)
    client = client_of(cast.admin)
    with django_assert_num_queries(14):
        client.get("/settings/rights/")


def test_stopping_and_going_on_is_told_on_the_persons_page(cast: Cast, person: Person, client_of: SignIn) -> None:
    client = client_of(cast.admin)
    client.post(f"/people/{person.pk}/restriction/", {"reason": "분쟁 중"})
    assert "분쟁 중" in client_of(cast.jieun).get(f"/people/{person.pk}/").content.decode()
    client.post(f"/people/{person.pk}/resumption/")
    assert "분쟁 중" not in client_of(cast.jieun).get(f"/people/{person.pk}/").content.decode()
    with tenancy.workspace(cast.workspace.pk):
        assert Restriction.objects.get().lifted_by_id == cast.admin.pk


def test_wordings_are_written_and_kept(cast: Cast, client_of: SignIn) -> None:
    client = client_of(cast.admin)
    filled = {
        "label": "2026-11",
        "purpose": "marketing",
        "channels": ["email"],
        "korean": "동의합니다",
        "english": "I agree",
    }
    assert client.post("/settings/consent/wordings/", filled).status_code == 302
    assert client.post("/settings/consent/wordings/", filled).status_code == 422
    assert client.post("/settings/consent/wordings/", filled | {"label": "b", "korean": " "}).status_code == 422
    assert "동의합니다" in client.get("/settings/consent/").content.decode()
    with tenancy.workspace(cast.workspace.pk):
        assert ConsentWording.objects.get().channels == ["email"]


def test_the_rules_are_saved(cast: Cast, client_of: SignIn) -> None:
    client_of(cast.admin).post("/settings/consent/rules/", {"double_opt_in": "on", "result_notices": "on"})
    with tenancy.workspace(cast.workspace.pk):
        rules = ConsentRules.objects.get()
    assert (rules.double_opt_in, rules.result_notices, rules.reconfirmation) == (True, True, False)


def test_staff_only_ask_where_consents_are_confirmed_by_mail(cast: Cast, person: Person, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        write_wording(member=cast.admin, label="2026-11", purpose="marketing", korean="동의", english="Agree", now=NOW)
    said = {"purpose": "marketing", "source": "매장"}
    client = client_of(cast.jieun)
    client.post(f"/people/{person.pk}/consents/", said | {"channel": "sms"})
    with tenancy.workspace(cast.workspace.pk):
        assert ConsentEntry.objects.get().wording_version == "2026-11"
        save_consent_rules(
            member=cast.admin, double_opt_in=True, result_notices=False, reconfirmation=False, silence_keeps=True,
            now=NOW,
        )  # fmt: skip
    for channel in ("email", "sms"):
        client.post(f"/people/{person.pk}/consents/", said | {"channel": channel})
    with tenancy.workspace(cast.workspace.pk):
        assert ConsentEntry.objects.filter(channel="email").count() == 0
        assert ConsentEntry.objects.filter(channel="sms").count() == 2
        question = ConsentQuestion.objects.get()
    assert (question.wording_version, question.by_id) == ("2026-11", cast.jieun.pk)


def test_a_restricted_person_stays_visible_to_staff(cast: Cast, person: Person, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        restrict(person=person, reason="본인 요청", member=cast.admin, now=NOW)
    assert client_of(cast.jieun).get(f"/people/{person.pk}/").status_code == 200
