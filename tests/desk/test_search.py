from collections.abc import Callable

import pytest
from django.test import Client
from django.utils.translation import override

from dangol.customers.models import Person
from dangol.desk.queries import choices_for
from dangol.kit.korean import bigrams, initials
from dangol.segments.models import Segment
from dangol.workspaces.models import Member
from tests.factories import NOW
from tests.people import Cast

ClientOf = Callable[[Member], Client]


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
        assert labels(inside.admin, "")[:3] == ["홈", "고객", "세그먼트"]


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
