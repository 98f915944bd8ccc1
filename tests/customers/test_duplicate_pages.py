"""The queue of those who may be the same, side by side, and the list of merges."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dangol.customers.enums import PairState
from dangol.customers.models import Company, DuplicatePair, DuplicateScan, Merge, Person
from dangol.customers.operations import give_consent, merge_people, withdraw_consent
from dangol.customers.queries.duplicates import evidence_sentence
from dangol.kit import tenancy
from dangol.workspaces.enums import Role
from dangol.workspaces.models import Member
from tests.factories import NOW, make_person
from tests.people import Cast

pytestmark = pytest.mark.django_db

SignIn = Callable[[Member], Client]
EVIDENCE = [
    {"field": "phone", "level": "same", "bits": 12.6},
    {"field": "given", "level": "alike", "bits": 7.0},
    {"field": "email", "level": "different", "bits": -1.4},
]


def make_pair(one: Person, other: Person, score: float = 0.97, **values: Any) -> DuplicatePair:
    first, second = sorted((one, other), key=lambda person: person.pk)
    return DuplicatePair.objects.create(
        workspace_id=one.workspace_id, person=first, other_person=second, score=score, evidence=EVIDENCE, found_at=NOW,
        **values,
    )  # fmt: skip


@pytest.fixture
def pair(cast: Cast) -> DuplicatePair:
    """Return 지은's customer twice."""
    with tenancy.workspace(cast.workspace.pk):
        one = make_person(cast.jieun, name="김하늘", email="haneul@example.com", owner=cast.jieun)
        other = make_person(cast.jieun, name="Haneul Kim", email="sky@example.com", owner=cast.jieun, city="서울")
        return make_pair(one, other)


def url(pair: DuplicatePair, act: str = "") -> str:
    return f"/duplicates/person/{pair.pk}/{act}"


def fresh(cast: Cast, pair: DuplicatePair) -> DuplicatePair:
    with tenancy.workspace(cast.workspace.pk):
        return DuplicatePair.objects.get(pk=pair.pk)


def test_the_queue_tells_why_in_one_sentence(cast: Cast, pair: DuplicatePair, client_of: SignIn) -> None:
    page = client_of(cast.jieun).get("/duplicates/person/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "김하늘" in text
    assert "Haneul Kim" in text


def test_the_sentence(pair: DuplicatePair) -> None:
    assert evidence_sentence(pair) == (
        "The same: phone +13; alike: given name +7; different: e-mail −1. 97 % likely to be one and the same."
    )


@pytest.mark.parametrize("who", ["dana", "lee"])
def test_a_pair_is_shown_to_those_who_see_both(cast: Cast, pair: DuplicatePair, client_of: SignIn, who: str) -> None:
    client = client_of(getattr(cast, who))
    assert client.get(url(pair)).status_code == 404
    assert client.post(url(pair, "merge/"), {"keep": str(pair.person_id)}).status_code == 404
    assert client.post(url(pair, "apart/")).status_code == 404
    assert "하늘" not in client.get("/duplicates/person/").content.decode()
    assert fresh(cast, pair).state == PairState.OPEN


def test_of_a_hidden_double_only_its_existence_is_told(cast: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        one = make_person(cast.dana, name="김하늘", owner=cast.dana)
        make_pair(one, make_person(cast.dana, name="비밀", email="secret@example.com", owner=cast.jieun))
    client = client_of(cast.dana)
    for place in ("/duplicates/person/", f"/duplicates/of/person/{one.pk}/"):
        text = client.get(place, headers={"hx-request": "true"} if "of" in place else {}).content.decode()
        assert "whom you do not see" in text
        assert "비밀" not in text
        assert "secret@example.com" not in text
    with tenancy.workspace(cast.other_workspace.pk):
        assert not DuplicatePair.objects.exists()


def test_the_page_of_a_person_hints_at_a_double(cast: Cast, pair: DuplicatePair, client_of: SignIn) -> None:
    hint = f"/duplicates/of/person/{pair.person_id}/"
    client = client_of(cast.jieun)
    assert hint in client.get(f"/people/{pair.person_id}/").content.decode()
    assert url(pair) in client.get(hint, headers={"hx-request": "true"}).content.decode()
    assert client.get(hint).headers["Location"] == "/duplicates/person/"
    for stranger in (cast.dana, cast.lee):
        assert client_of(stranger).get(hint, headers={"hx-request": "true"}).status_code == 404


def test_an_old_address_leads_to_the_one_who_was_kept(cast: Cast, pair: DuplicatePair, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        one, other = pair.person, pair.other_person
        assert one is not None
        assert other is not None
        third = make_person(cast.jieun, name="김하늘", owner=cast.jieun)
        merge_people(keep=one, merge=other, choices={}, member=cast.jieun, now=NOW)
        merge_people(keep=third, merge=one, choices={}, member=cast.jieun, now=NOW)
    for old in (one, other):
        assert client_of(cast.jieun).get(f"/people/{old.pk}/").headers["Location"] == f"/people/{third.pk}/"
        for stranger in (cast.dana, cast.lee):
            assert client_of(stranger).get(f"/people/{old.pk}/").status_code == 404


def test_merging_by_choice(cast: Cast, pair: DuplicatePair, client_of: SignIn) -> None:
    client = client_of(cast.minsu)
    with tenancy.workspace(cast.workspace.pk):
        keep = pair.person
        assert keep is not None
        withdraw_consent(person=pair.other_person, channel="email", purpose="marketing", at=NOW, source="web")
        give_consent(person=keep, channel="email", purpose="marketing", at=NOW, source="web")
    page = client.get(url(pair)).content.decode()
    assert 'name="field.email" value="keep" checked' in page
    assert 'name="field.city" value="merge" checked' in page
    answer = client.post(url(pair, "merge/"), {"keep": str(keep.pk), "field.email": "merge", "field.city": "merge"})
    assert answer.headers["Location"] == "/duplicates/person/"
    with tenancy.workspace(cast.workspace.pk):
        kept = Person.objects.get(pk=keep.pk)
        assert (kept.email, kept.city, Person.objects.count()) == ("sky@example.com", "서울", 1)
        assert Merge.objects.get().by == cast.minsu


def test_not_the_same_goes_on_to_the_next_pair(cast: Cast, pair: DuplicatePair, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        following = make_pair(make_person(cast.jieun, name="이바다"), make_person(cast.jieun, name="이 바다"), 0.8)
    answer = client_of(cast.jieun).post(url(pair, "apart/"))
    assert answer.headers["Location"] == url(following)
    decided = fresh(cast, pair)
    assert (decided.state, decided.decided_by_id) == (PairState.DIFFERENT, cast.jieun.pk)


def test_an_analyst_looks_and_changes_nothing(cast: Cast, pair: DuplicatePair, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        Member.objects.filter(pk=cast.admin.pk).update(role=Role.ANALYST)
    client = client_of(cast.admin)
    assert client.get(url(pair)).status_code == 200
    for act in ("merge/", "apart/"):
        assert client.post(url(pair, act)).status_code == 403
    assert client.post("/duplicates/person/scans/").status_code == 403


def test_merges_are_listed_and_taken_back(cast: Cast, pair: DuplicatePair, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        one, other = pair.person, pair.other_person
        assert one is not None
        assert other is not None
        merged = merge_people(keep=one, merge=other, choices={}, member=cast.jieun, now=NOW)
    for stranger in (cast.dana, cast.lee):
        assert "Haneul Kim" not in client_of(stranger).get("/merges/").content.decode()
        assert client_of(stranger).post(f"/merges/{merged.pk}/undo/").status_code == 404
    client = client_of(cast.minsu)
    assert "Haneul Kim" in client.get("/merges/").content.decode()
    assert client.post(f"/merges/{merged.pk}/undo/").headers["Location"] == "/merges/"
    with tenancy.workspace(cast.workspace.pk):
        assert Person.objects.count() == 2


def test_a_scan_is_started_once_and_shows_its_progress(cast: Cast, client_of: SignIn) -> None:
    client = client_of(cast.jieun)
    for _twice in range(2):
        assert client.post("/duplicates/company/scans/").status_code == 302
    with tenancy.workspace(cast.workspace.pk):
        assert DuplicateScan.objects.get().kind == "company"
    page = client.get("/duplicates/company/", headers={"hx-request": "true"}).content.decode()
    assert 'hx-trigger="every 1s"' in page
    assert client.get("/duplicates/planet/").status_code == 404


def test_companies_are_merged(cast: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        one, other = (Company.objects.create(workspace=cast.workspace, name=name) for name in ("단골", "㈜단골"))
        pair = DuplicatePair.objects.create(
            workspace=cast.workspace, company=one, other_company=other, score=0.5, evidence=[], found_at=NOW
        )
    client = client_of(cast.jieun)
    assert client.get(f"/duplicates/company/{pair.pk}/").status_code == 200
    client.post(f"/duplicates/company/{pair.pk}/merge/", {"keep": str(other.pk)})
    with tenancy.workspace(cast.workspace.pk):
        assert Company.objects.get().pk == other.pk


@pytest.mark.parametrize("count", [1, 3])
def test_the_pages_cost_the_same_for_few_and_for_many(cast: Cast, client_of: SignIn, count: int) -> None:
    with tenancy.workspace(cast.workspace.pk):
        for number in range(count):
            one, other = (make_person(cast.jieun, name=f"김하늘{number}{half}") for half in "ab")
            make_pair(one, other, 0.9 - number / 100)
    client = client_of(cast.jieun)
    client.get("/duplicates/person/")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get("/duplicates/person/")
    assert len(queries) == 15
