"""The list of people: what it shows to whom, sorted, grouped, found, and carried out as a file."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dangol.customers.enums import FieldKind
from dangol.customers.models import Person, Tag, Tagging
from dangol.customers.operations import define_field
from dangol.customers.operations.fields import FieldDetails
from dangol.customers.queries import field_definitions
from dangol.desk.models import SavedView
from dangol.desk.queries import lists
from dangol.kit import tenancy
from dangol.kit.korean import bigrams, initials
from dangol.workspaces.models import Member
from tests.factories import NOW, make_person
from tests.people import Cast

SignIn = Callable[[Member], Client]
SEOUL = {"kind": "attribute", "attribute": "city", "operator": "is", "value": "서울"}


def someone(member: Member, name: str, **fields: object) -> Person:
    return make_person(member, name=name, bigrams=bigrams(name), initials=initials(name), **fields)  # type: ignore[arg-type] # any column


@pytest.fixture
def village(cast: Cast) -> Cast:
    with tenancy.workspace(cast.workspace.pk):
        people = [
            someone(cast.jieun, "김하늘", email="haneul@example.com", owner=cast.jieun, city="서울"),
            someone(cast.jieun, "이하늘빛", email="bit@example.com", owner=cast.dana, city="부산"),
            someone(cast.jieun, "박민준", email="minjun@example.com", city="서울"),
            someone(cast.jieun, "최서연", email="seoyeon@example.com"),
        ]
        for number, person in enumerate(people):
            seen = None if number == 0 else NOW - timedelta(days=number)
            Person.objects.filter(pk=person.pk).update(created_at=NOW + timedelta(minutes=number), last_seen_at=seen)
    with tenancy.workspace(cast.other_workspace.pk):
        someone(cast.lee, "김하늘", email="haneul@example.com", city="서울")
    return cast


def names(page: str) -> list[str]:
    return [part.split("</a>")[0].split(">")[-1] for part in page.split('class="row-link"')[1:]]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_three(
    cast: Cast, client_of: SignIn, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    with tenancy.workspace(cast.workspace.pk):
        tag = Tag.objects.create(workspace_id=cast.workspace.pk, name="VIP")
        for number in range(count):
            person = someone(cast.jieun, f"김하늘{number}", owner=cast.jieun, city=f"도시{number}")
            Tagging.objects.create(workspace_id=cast.workspace.pk, tag=tag, person=person, at=NOW)
        everything = ["tags", "company", "strength", "owner", "city", "last_seen_at"]
        view = SavedView.objects.create(
            workspace_id=cast.workspace.pk, by=cast.jieun, listed="people", name="모두", columns=everything
        )
    client = client_of(cast.jieun)
    with django_assert_num_queries(19):
        answer = client.get("/people/", {"view": str(view.pk), "group": "city"})
    assert len(names(answer.content.decode())) == count
    assert answer.content.decode().count('<span class="badge">VIP</span>') == count


def test_a_long_list_is_shown_first_and_counted_then(
    cast: Cast, client_of: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "PAGE", 2)
    with tenancy.workspace(cast.workspace.pk):
        for number in range(3):
            someone(cast.jieun, f"김하늘{number}", owner=cast.jieun, city="서울" if number else "부산")
    client = client_of(cast.jieun)
    assert 'hx-get="/lists/people/count/?sort=name"' in client.get("/people/?sort=name").content.decode()
    assert client.get("/lists/people/count/").content.decode().strip() == "고객 3명"
    assert "목록 전체 3건" in client.get("/lists/people/changes/inputs/").content.decode()
    assert 'hx-get="/lists/people/groups/?group=city"' in client.get("/people/?group=city").content.decode()
    assert "부산" in client.get("/lists/people/groups/?group=city").content.decode()
    assert "부산" not in client_of(cast.lee).get("/lists/people/groups/?group=city").content.decode()
    short = client.get("/people/?group=city&within=부산").content.decode()
    assert ('hx-trigger="load"' in short, "고객 1명" in short) == (False, True)
    assert client_of(cast.lee).get("/lists/people/count/").content.decode().strip() == "0 people"


def test_the_list_shows_what_helps_to_choose(village: Cast, client_of: SignIn) -> None:
    page = client_of(village.jieun).get("/people/").content.decode()
    for text in ("김하늘", "haneul@example.com", "서울", "지은", "박민준"):
        assert text in page
    assert "이하늘빛" not in page


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("jieun", ["최서연", "박민준", "김하늘"]),
        ("minsu", ["최서연", "박민준", "김하늘"]),
        ("dana", ["최서연", "박민준", "이하늘빛"]),
        ("lee", ["김하늘"]),
    ],
)
def test_everybody_sees_their_own(village: Cast, client_of: SignIn, who: str, seen: list[str]) -> None:
    assert names(client_of(getattr(village, who)).get("/people/").content.decode()) == seen


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("newest", ["최서연", "박민준", "이하늘빛", "김하늘"]),
        ("name", ["김하늘", "박민준", "이하늘빛", "최서연"]),
        ("seen", ["이하늘빛", "박민준", "최서연", "김하늘"]),
        ("email", ["이하늘빛", "김하늘", "박민준", "최서연"]),
        ("nonsense", ["최서연", "박민준", "이하늘빛", "김하늘"]),
    ],
)
def test_the_order_can_be_chosen(village: Cast, client_of: SignIn, sort: str, expected: list[str]) -> None:
    assert names(client_of(village.marketer).get("/people/", {"sort": sort}).content.decode()) == expected


def test_groups_divide_the_list(village: Cast, client_of: SignIn) -> None:
    client = client_of(village.marketer)
    page = client.get("/people/", {"group": "city"}).content.decode()
    assert page.index("서울</span>") < page.index("부산</span>")
    assert names(client.get("/people/", {"group": "city", "within": "서울"}).content.decode()) == ["박민준", "김하늘"]
    assert names(client.get("/people/", {"group": "city", "within": "-"}).content.decode()) == ["최서연"]
    page = client.get("/people/", {"group": "owner", "within": str(village.dana.pk)}).content.decode()
    assert names(page) == ["이하늘빛"]


@pytest.mark.parametrize("within", ["nonsense", "\x00"])
def test_a_group_that_is_none_is_empty(village: Cast, client_of: SignIn, within: str) -> None:
    answer = client_of(village.marketer).get("/people/", {"group": "owner", "within": within})
    assert (answer.status_code, names(answer.content.decode())) == (200, [])


def test_htmx_gets_the_rows_alone(village: Cast, client_of: SignIn) -> None:
    page = client_of(village.marketer).get("/people/", {"q": "하늘"}, headers={"HX-Request": "true"}).content.decode()
    assert page.startswith('<div id="rows"')
    assert names(page) == ["이하늘빛", "김하늘"]


def test_an_empty_list_teaches(cast: Cast, client_of: SignIn) -> None:
    assert "/people/import/" in client_of(cast.marketer).get("/people/").content.decode()
    searched = client_of(cast.marketer).get("/people/", {"q": "없음"}).content.decode()
    assert "ㄱㅎㄴ" in searched


def test_rows_lead_to_their_neighbours(village: Cast, client_of: SignIn) -> None:
    client = client_of(village.marketer)
    with tenancy.workspace(village.workspace.pk):
        ids = dict(Person.objects.values_list("name", "pk"))
    path = f"/lists/people/rows/{ids['박민준']}"
    after = client.get(f"{path}/next/?list=people&sort=name")
    assert after["Location"] == f"/people/{ids['이하늘빛']}/?list=people&sort=name"
    before = client.get(f"{path}/previous/?list=people&sort=name")
    assert before["Location"] == f"/people/{ids['김하늘']}/?list=people&sort=name"
    end = client.get(f"/lists/people/rows/{ids['최서연']}/next/?list=people&sort=name")
    assert end["Location"] == "/people/?sort=name"
    page = client.get(f"/people/{ids['박민준']}/?list=people&sort=name").content.decode()
    assert f"{path}/next/?list=people&amp;sort=name" in page
    assert client_of(village.lee).get(f"{path}/next/").status_code == 404


def test_a_file_holds_every_row_and_runs_nothing(village: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(village.workspace.pk):
        Person.objects.filter(name="박민준").update(city='=HYPERLINK("http://evil.example")', phone="+821012345678")
    answer = client_of(village.marketer).get("/lists/people/export.csv", {"sort": "name"})
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined] # a streaming answer
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [row[0] for row in rows] == ["이름", "김하늘", "박민준", "이하늘빛", "최서연"]
    assert rows[2][1:4] == ["minjun@example.com", "+821012345678", '\'=HYPERLINK("http://evil.example")']


@pytest.mark.parametrize(("who", "status"), [("admin", 200), ("marketer", 200), ("jieun", 403), ("dana", 403)])
def test_not_everybody_carries_lists_out(village: Cast, client_of: SignIn, who: str, status: int) -> None:
    assert client_of(getattr(village, who)).get("/lists/people/export.csv").status_code == status


def test_the_fields_of_the_workspace_are_columns_that_can_be_edited(village: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(village.workspace.pk):
        person = Person.objects.get(name="김하늘")
        for details in (
            FieldDetails(label="등급", kind=FieldKind.CHOICE, choices=("금", "은")),
            FieldDetails(label="소개한 분", kind=FieldKind.PERSON),
            FieldDetails(label="한도", kind=FieldKind.NUMBER),
        ):
            define_field(member=village.admin, object="person", details=details, now=NOW)
        defined = field_definitions(workspace_id=village.workspace.pk, object="person")
        keys = {field.label: f"field:{field.key}" for field in defined}
        friend = Person.objects.get(name="이하늘빛")
        person.fields = {keys["소개한 분"].removeprefix("field:"): str(friend.pk)}
        person.save()
        view = SavedView.objects.create(
            workspace_id=village.workspace.pk, by=village.admin, scope="everybody", listed="people", name="등급",
            columns=list(keys.values()),
        )  # fmt: skip
    admin = client_of(village.admin)
    assert "이하늘빛</span>" in admin.get("/people/", {"view": str(view.pk)}).content.decode()
    assert "이하늘빛" not in client_of(village.jieun).get("/people/", {"view": str(view.pk)}).content.decode()
    grade = f"/people/cells/{person.pk}/{keys['등급']}/"
    assert '<option value="금">' in admin.get(grade).content.decode()
    assert admin.post(grade, {"value": "금", "seen": ""}).content.decode() == '<span class="copyable">금</span>'
    assert admin.post(grade, {"value": "은", "seen": ""}).status_code == 409
    assert admin.post(grade, {"value": "동", "seen": "금"}).status_code == 422
    assert admin.post(f"/people/cells/{person.pk}/{keys['한도']}/", {"value": "많이", "seen": ""}).status_code == 422
    assert client_of(village.dana).get(grade).status_code == 404
