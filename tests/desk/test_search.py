import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from dangol.customers.models import Company, Person
from dangol.desk.queries import choices_for
from dangol.kit.korean import bigrams, initials
from dangol.messaging.models import Template
from dangol.segments.models import Segment
from dangol.workspaces.models import Member
from tests.factories import NOW
from tests.people import Cast

ClientOf = Callable[[Member], Client]
NAMES = {"김하늘", "이도윤", "박별"}


def make_person(member: Member, *, name: str, owner: Member | None = None, email: str = "", phone: str = "") -> Person:
    keys = {"bigrams": bigrams(name), "initials": initials(name)}
    return Person.objects.create(
        workspace_id=member.workspace_id,
        name=name,
        owner=owner,
        email=email,
        phone=phone,
        first_seen_at=NOW,
        origin="test",
        **keys,
    )


def labels(member: Member, question: str) -> list[str]:
    return [choice.label for group in choices_for(member, question) for choice in group.choices]


@pytest.mark.parametrize("question", ["김하", "하늘", "ㄱㅎㄴ", "haneul@", "0012"])
def test_a_person_is_found_by_name_first_consonants_address_and_last_digits(inside: Cast, question: str) -> None:
    make_person(inside.admin, name="김하늘", email="haneul@example.com", phone="+821000000012")
    make_person(inside.admin, name="이도윤", email="doyun@example.com", phone="+821000000034")
    assert labels(inside.admin, question) == ["김하늘"]


def test_an_empty_question_offers_the_pages(inside: Cast) -> None:
    with override("ko"):
        assert labels(inside.admin, "")[:2] == ["홈", "고객"]


def test_segments_are_found_by_first_consonants(inside: Cast) -> None:
    for name in ("봄 단골", "가을 손님"):
        Segment.objects.create(workspace=inside.workspace, name=name, definition={}, created_by=inside.admin)
    assert labels(inside.admin, "ㄷㄱ") == ["봄 단골"]


def test_a_team_does_not_find_the_customers_of_another(inside: Cast) -> None:
    make_person(inside.admin, name="김하늘", owner=inside.jieun)
    assert labels(inside.minsu, "김하늘") == ["김하늘"]
    assert labels(inside.dana, "김하늘") == []


def test_another_workspace_finds_nothing_of_ours(inside: Cast, client_of: ClientOf) -> None:
    make_person(inside.admin, name="김하늘")
    assert "김하늘" in client_of(inside.admin).get("/search/?q=김하늘", headers={"hx-request": "true"}).content.decode()
    theirs = client_of(inside.lee).get("/search/?q=김하늘", headers={"hx-request": "true"}).content.decode()
    assert 'role="option"' not in theirs


def test_search_is_a_page_of_its_own_too(inside: Cast, client_of: ClientOf) -> None:
    page = client_of(inside.admin).get("/search/?q=<b>").content.decode()
    assert "<h1>" in page
    assert 'value="&lt;b&gt;"' in page
    assert "<html" not in client_of(inside.admin).get("/search/", headers={"hx-request": "true"}).content.decode()


@pytest.fixture
def shop(inside: Cast) -> Cast:
    make_person(inside.admin, name="김하늘", owner=inside.jieun, email="haneul@example.com")
    Company.objects.create(workspace=inside.workspace, name="㈜ 하늘상회", owner=inside.jieun)
    Segment.objects.create(
        workspace=inside.workspace, name="하늘을 좋아하는 단골", definition={}, created_by=inside.admin
    )
    Template.objects.create(workspace=inside.workspace, name="하늘 소식", purpose="marketing")
    return inside


def test_answers_come_in_groups_and_say_why(shop: Cast) -> None:
    groups = choices_for(shop.jieun, "하늘")
    assert [(str(group.label), [choice.label for choice in group.choices]) for group in groups] == [
        ("Companies", ["㈜ 하늘상회"]),
        ("People", ["김하늘"]),
        ("Segments", ["하늘을 좋아하는 단골"]),
        ("Templates", ["하늘 소식"]),
    ]
    person = groups[1].choices[0]
    assert (str(person.reason), list(person.parts)) == ("Name", [("김", False), ("하늘", True)])


@pytest.mark.parametrize(
    ("who", "answers"),
    [("jieun", 1), ("minsu", 1), ("dana", 0), ("lee", 0), ("marketer", 1)],
)
@pytest.mark.parametrize("question", ["김하늘", "ㄱㅎㄴ", "haneul@", "김하능", "하늘상"])
def test_only_those_who_see_a_customer_find_them(
    shop: Cast, client_of: ClientOf, who: str, answers: int, question: str
) -> None:
    answer = client_of(getattr(shop, who)).get("/search/", {"q": question}, headers={"hx-request": "true"})
    assert answer.content.decode().count('role="option"') == answers


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("question", "queries"), [("하늘", 5), ("김하능", 6), ("", 1)])
def test_the_palette_costs_the_same_for_one_and_for_three(
    inside: Cast, django_assert_num_queries: DjangoAssertNumQueries, count: int, question: str, queries: int
) -> None:
    for number in range(count):
        make_person(inside.admin, name="김하늘", email=f"haneul{number}@example.com")
    with django_assert_num_queries(queries):
        choices_for(inside.jieun, question)


def test_an_empty_question_offers_the_people_whose_pages_were_opened(inside: Cast, client_of: ClientOf) -> None:
    first, second = (make_person(inside.admin, name=name) for name in ("김하늘", "이도윤"))
    hidden = make_person(inside.admin, name="박별", owner=inside.jieun)
    assert recent(client_of(inside.dana), f"{second.pk},{hidden.pk},nonsense,{first.pk}") == ["이도윤", "김하늘"]
    assert recent(client_of(inside.dana), "") == ["이도윤", "김하늘"]
    assert recent(client_of(inside.lee), f"{second.pk}") == []


def recent(client: Client, opened: str) -> list[str]:
    page = client.get("/search/", {"recent": opened}, headers={"hx-request": "true"}).content.decode()
    people = page.partition('id="palette-group-2"')[0] if "/people/" in page else ""
    return [name for name in re.findall(r'<span class="palette-label">([^<]+)</span>', people) if name in NAMES]


def test_what_was_typed_is_marked_and_escaped(inside: Cast, client_of: ClientOf) -> None:
    make_person(inside.admin, name="<b>김하늘</b>")
    page = client_of(inside.admin).get("/search/?q=하늘", headers={"hx-request": "true"}).content.decode()
    assert "&lt;b&gt;김<mark>하늘</mark>&lt;/b&gt;" in page


def test_nothing_found_teaches(inside: Cast, client_of: ClientOf) -> None:
    page = client_of(inside.admin).get("/search/?q=없는사람", headers={"hx-request": "true"}).content.decode()
    assert "ㄱㅎㄴ" in page


def test_settings_are_found_by_those_who_may_change_them(inside: Cast) -> None:
    assert labels(inside.admin, "Contact rules") == ["Contact rules"]
    assert labels(inside.jieun, "Contact rules") == []
