"""Searching people, and the forms for one person."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils.html import escape

from dangol.customers.models import Identity, Person
from dangol.customers.queries import people_found
from dangol.kit import tenancy
from dangol.kit.korean import bigrams, initials
from dangol.workspaces.models import Member
from tests.factories import make_person
from tests.people import Cast

SignIn = Callable[[Member], Client]


def someone(member: Member, name: str, **fields: object) -> Person:
    return make_person(member, name=name, bigrams=bigrams(name), initials=initials(name), **fields)  # type: ignore[arg-type] # any column


@pytest.fixture
def village(cast: Cast) -> Cast:
    with tenancy.workspace(cast.workspace.pk):
        someone(cast.jieun, "김하늘", email="haneul@example.com", phone="+821012345678", owner=cast.jieun, city="서울")
        someone(cast.jieun, "이하늘빛", email="bit@example.com", phone="+821099995678", owner=cast.dana)
        someone(cast.jieun, "Dana Park", email="dana.park@example.com", external_id="C-77")
        Identity.objects.create(
            workspace_id=cast.workspace.pk,
            kind="external_id",
            value="C-77",
            origin="test",
            person=Person.objects.get(name="Dana Park"),
        )
        someone(cast.jieun, "박민준", email="minjun@example.com")
    with tenancy.workspace(cast.other_workspace.pk):
        someone(cast.lee, "김하늘", email="haneul@example.com", phone="+821012345678")
    return cast


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("하늘", ["김하늘", "이하늘빛"]),
        ("김하늘", ["김하늘"]),
        ("늘빛", ["이하늘빛"]),
        ("김", ["김하늘"]),
        ("ㄱㅎㄴ", ["김하늘"]),
        ("ㅇㅎ", ["이하늘빛"]),
        ("ㅂㅁ", ["박민준"]),
        ("haneul@", ["김하늘"]),
        ("DANA", ["Dana Park"]),
        ("park dana", ["Dana Park"]),
        ("ana", ["Dana Park"]),
        ("5678", ["김하늘", "이하늘빛"]),
        ("010-1234-5678", ["김하늘"]),
        ("+82 10 9999 5678", ["이하늘빛"]),
        ("C-77", ["Dana Park"]),
        ("없는사람", []),
        ("%", []),
        ("\x00", ["Dana Park", "김하늘", "박민준", "이하늘빛"]),
        ("'; DROP", []),
    ],
)
def test_people_are_found_by_what_is_remembered_of_them(village: Cast, question: str, names: list[str]) -> None:
    with tenancy.workspace(village.workspace.pk):
        found = people_found(village.marketer, question)
        assert sorted(found.values_list("name", flat=True)) == names


def test_everybody_finds_only_whom_they_may_see(village: Cast) -> None:
    with tenancy.workspace(village.workspace.pk):
        seen = {
            m: sorted(people_found(m, "하늘").values_list("name", flat=True))
            for m in (village.jieun, village.minsu, village.dana)
        }
    assert list(seen.values()) == [["김하늘"], ["김하늘"], ["이하늘빛"]]
    with tenancy.workspace(village.other_workspace.pk):
        assert [person.owner_id for person in people_found(village.lee, "하늘")] == [None]


def test_visitors_without_a_name_stay_out(inside: Cast) -> None:
    make_person(inside.jieun, name="", is_anonymous=True)
    assert list(people_found(inside.marketer, "")) == []


def test_a_person_is_added_by_hand(cast: Cast, client_of: SignIn) -> None:
    answer = client_of(cast.jieun).post(
        "/people/new/", {"name": "최서연", "email": "Seoyeon@Example.com", "phone": "010 2222 3333"}
    )
    with tenancy.workspace(cast.workspace.pk):
        person = Person.objects.get()
        assert (person.name, person.email, person.phone, person.initials, person.origin) == (
            "최서연", "seoyeon@example.com", "+821022223333", "ㅊㅅㅇ", "staff",
        )  # fmt: skip
        assert sorted(Identity.objects.values_list("kind", flat=True)) == ["email", "phone"]
    assert (answer.status_code, answer["Location"]) == (302, f"/people/{person.pk}/")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "Write a name, an e-mail address"),
        ({"email": "haneul@example.com"}, "Somebody else in this workspace has this already."),
        ({"phone": "12"}, "This is not a phone number."),
        ({"name": "최민준 900101-1234567"}, "A resident registration number must not be kept."),
    ],
)
def test_what_cannot_be_kept_is_said_beside_its_field(
    village: Cast, client_of: SignIn, data: dict[str, str], message: str
) -> None:
    answer = client_of(village.dana).post("/people/new/", data)
    assert (answer.status_code, escape(message) in answer.content.decode()) == (422, True)
    with tenancy.workspace(village.workspace.pk):
        assert Person.objects.count() == 4


def test_a_correction_moves_what_leads_to_the_person(village: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(village.workspace.pk):
        person = Person.objects.get(name="김하늘")
    answer = client_of(village.jieun).post(
        f"/people/{person.pk}/edit/", {"name": "김하늘", "email": "new@example.com", "owner_id": str(village.minsu.pk)}
    )
    assert answer.status_code == 302
    with tenancy.workspace(village.workspace.pk):
        assert list(Identity.objects.filter(person=person).values_list("kind", "value")) == [
            ("email", "new@example.com")
        ]
        changed = Person.objects.get(pk=person.pk)
        assert (changed.phone, changed.owner_id) == ("", village.minsu.pk)


@pytest.mark.parametrize(
    ("who", "status"), [("jieun", 200), ("minsu", 200), ("dana", 404), ("lee", 404), ("marketer", 200)]
)
def test_only_those_who_see_a_person_open_the_form(village: Cast, client_of: SignIn, who: str, status: int) -> None:
    with tenancy.workspace(village.workspace.pk):
        person = Person.objects.get(name="김하늘")
    assert client_of(getattr(village, who)).get(f"/people/{person.pk}/edit/").status_code == status


def test_nobody_becomes_owner_from_outside(village: Cast, client_of: SignIn) -> None:
    answer = client_of(village.jieun).post("/people/new/", {"name": "x", "owner_id": str(village.lee.pk)})
    assert answer.status_code == 422


@pytest.mark.parametrize(("who", "status"), [("minsu", 302), ("dana", 404), ("lee", 404)])
@pytest.mark.parametrize("act", ["consents", "withdrawals"])
def test_consent_is_written_down_by_those_who_see_the_person(
    village: Cast, client_of: SignIn, who: str, status: int, act: str
) -> None:
    with tenancy.workspace(village.workspace.pk):
        person = Person.objects.get(name="김하늘")
    data = {"purpose": "marketing", "channel": "email", "source": "전화"}
    assert client_of(getattr(village, who)).post(f"/people/{person.pk}/{act}/", data).status_code == status


def test_the_card_answers_at_once(village: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(village.workspace.pk):
        person = Person.objects.get(name="김하늘")
    client, headers = client_of(village.jieun), {"HX-Request": "true"}
    data = {"purpose": "marketing", "channel": "email", "source": "매장에서"}
    given = client.post(f"/people/{person.pk}/consents/", data, headers=headers).content.decode()
    assert "매장에서" in given
    assert f"/people/{person.pk}/withdrawals/" in given
    taken = client.post(f"/people/{person.pk}/withdrawals/", data, headers=headers).content.decode()
    assert f"/people/{person.pk}/withdrawals/" not in taken
    refused = client.post(f"/people/{person.pk}/consents/", data | {"source": ""}, headers=headers)
    assert refused.status_code == 422
