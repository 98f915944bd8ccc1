"""Lists in the order of the workspace's own fields: exact, the same on every page, and along an index."""

import os
from collections.abc import Callable
from itertools import pairwise

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from dangol.customers.models import FieldDefinition, Person
from dangol.customers.operations import FieldDetails, define_field, fill_field_index
from dangol.desk.enums import Listed
from dangol.desk.models import SavedView
from dangol.desk.queries import lists
from dangol.desk.queries.lists import Asked
from dangol.kit import tenancy
from dangol.workspaces.models import Member
from tests.desk.test_lists import names
from tests.factories import NOW, make_person
from tests.people import Cast, make_cast

SignIn = Callable[[Member], Client]
SPENT = {"가": 900, "나": 12.5, "다": None, "라": 900, "마": -3, "바": None}
GRADES = {"가": "Gold", "나": "은", "다": "Gold", "라": None, "마": "은", "바": "Gold"}
UP, DOWN = ["마", "나", "가", "라", "다", "바"], ["라", "가", "나", "마", "바", "다"]

MANY = """
INSERT INTO customers_person (id, workspace_id, name, email, phone, external_id, language, time_zone, country, city,
    address, fields, origin, is_anonymous, bigrams, initials, first_seen_at, created_at, updated_at)
SELECT gen_random_uuid(), %(workspace)s, 'x', '', '', '', '', '', '', '', '',
    CASE WHEN n %% 3 = 0 THEN '{}'::jsonb ELSE jsonb_build_object('spent', n * 7 %% 1009, 'grade', 'g' || n) END,
    'test', false, '{}', '', now(), now(), now() FROM generate_series(1, 3000) AS n
"""


def define(cast: Cast, key: str, kind: str, **details: object) -> FieldDefinition:
    told = FieldDetails(label=key.title(), key=key, kind=kind, is_filterable=True, **details)  # type: ignore[arg-type] # any detail
    field = define_field(member=cast.admin, object="person", details=told, now=NOW)
    fill_field_index(workspace_id=field.workspace_id, definition_id=field.pk)
    field.refresh_from_db()
    return field


@pytest.fixture
def guests(cast: Cast) -> Cast:
    with tenancy.workspace(cast.workspace.pk):
        define(cast, "spent", "money", currency="KRW")
        define(cast, "grade", "choice", choices=("Gold", "은"))
        for name, spent in SPENT.items():
            values = {"spent": spent, "grade": GRADES[name]}
            fields = {key: value for key, value in values.items() if value is not None}
            make_person(cast.jieun, name=name, fields=fields, owner=cast.dana if name == "나" else cast.jieun)
    with tenancy.workspace(cast.other_workspace.pk):
        make_person(cast.lee, name="남", fields={"spent": 1, "grade": "Gold"})
    return cast


@pytest.mark.parametrize(
    ("sort", "expected"),
    [("field:spent", UP), ("-field:spent", DOWN), ("field:grade", ["가", "다", "바", "나", "마", "라"])],
)
def test_a_field_gives_the_order(guests: Cast, client_of: SignIn, sort: str, expected: list[str]) -> None:
    client = client_of(guests.marketer)
    assert names(client.get("/people/", {"sort": sort}).content.decode()) == expected
    lines = b"".join(client.get("/lists/people/export.csv", {"sort": sort}).streaming_content)  # type: ignore[attr-defined] # a streaming answer
    assert [line.split(",")[0] for line in lines.decode().splitlines()[1:]] == expected
    seen = names(client_of(guests.jieun).get("/people/", {"sort": sort}).content.decode())
    assert seen == [name for name in expected if name != "나"]
    assert names(client_of(guests.lee).get("/people/", {"sort": sort}).content.decode()) == ["남"]


@pytest.mark.parametrize("size", [1, 2, 4, 6])
@pytest.mark.parametrize(("sort", "expected"), [("field:spent", UP), ("-field:spent", DOWN)])
def test_every_row_comes_once_on_pages_of_any_size(
    guests: Cast, monkeypatch: pytest.MonkeyPatch, sort: str, expected: list[str], size: int
) -> None:
    monkeypatch.setattr(lists, "PAGE", size)
    with tenancy.workspace(guests.workspace.pk):
        field = FieldDefinition.objects.get(key="spent")
        asked = Asked(Listed.PEOPLE, sort=sort, sorted_by=field)
        rows = lists.rows_of(asked, guests.marketer, NOW)
        walked, after = [], None
        while True:
            page = lists.page_of(rows, asked, after)
            walked += [row.name for row in page]
            after = page.next_after
            if after is None:
                break
        assert walked == expected
        people = {person.name: person for person in Person.objects.all()}
        for before, behind in pairwise(expected):
            for row, forward, found in ((before, True, behind), (behind, False, before)):
                near = lists.neighbour_of(asked, guests.marketer, people[row], NOW, forward=forward)
                assert near.name == found
        assert lists.neighbour_of(asked, guests.marketer, people[expected[0]], NOW, forward=False) is None
        assert lists.neighbour_of(asked, guests.marketer, people[expected[-1]], NOW, forward=True) is None


def test_a_field_divides_the_list(guests: Cast, client_of: SignIn) -> None:
    client = client_of(guests.marketer)
    page = client.get("/people/", {"group": "field:grade", "sort": "name"}).content.decode()
    assert page.index("Gold</span>") < page.index("은</span>")
    for within, expected in (("Gold", ["가", "다", "바"]), ("은", ["나", "마"]), ("-", ["라"]), ("동", [])):
        asked = {"group": "field:grade", "within": within, "sort": "name"}
        assert names(client.get("/people/", asked).content.decode()) == expected
    assert 'value="field:spent"' in page
    assert '<option value="field:grade" selected>' in page


@pytest.mark.parametrize("key", ["field:none", "-field:", "field:\x00", "-", "-name", "field:spent__x"])
def test_an_unknown_order_is_the_usual_one(guests: Cast, client_of: SignIn, key: str) -> None:
    answer = client_of(guests.marketer).get("/people/", {"sort": key, "group": key})
    assert names(answer.content.decode()) == ["바", "마", "라", "다", "나", "가"]


def test_a_field_that_is_not_ready_gives_no_order(guests: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(guests.workspace.pk):
        FieldDefinition.objects.filter(key="spent").update(index_state="filling")
    page = client_of(guests.marketer).get("/people/", {"sort": "field:spent"}).content.decode()
    assert names(page) == ["바", "마", "라", "다", "나", "가"]
    assert '<option value="field:spent"' not in page


def test_heads_say_the_order_and_turn_it(guests: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(guests.workspace.pk):
        view = SavedView.objects.create(
            workspace_id=guests.workspace.pk, by=guests.marketer, listed="people", name="v", columns=["field:spent"],
            sort="field:spent",
        )  # fmt: skip
    client = client_of(guests.marketer)
    page = client.get("/people/", {"view": str(view.pk)}).content.decode()
    assert names(page) == UP
    link = f'href="/people/?view={view.pk}&amp;sort=-field%3Aspent"'
    assert f'aria-sort="ascending"><a class="sort-link" {link}>Spent</a>' in page
    down = client.get("/people/", {"view": str(view.pk), "sort": "-field:spent"}).content.decode()
    assert names(down) == DOWN
    assert 'aria-sort="descending"' in down


@pytest.mark.parametrize("count", [1, 3])
def test_the_order_of_a_field_costs_the_same_for_one_and_for_three(
    cast: Cast, client_of: SignIn, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    with tenancy.workspace(cast.workspace.pk):
        define(cast, "grade", "choice", choices=("Gold", "은"))
        for number in range(count):
            make_person(cast.jieun, name=f"손님{number}", fields={"grade": "은"})
    client = client_of(cast.jieun)
    with django_assert_num_queries(19):
        page = client.get("/people/", {"sort": "field:grade", "group": "field:grade"}).content.decode()
    assert len(names(page)) == count


@pytest.fixture
def city(committed_db: str) -> Cast:
    """Three thousand people, a third of them without values, and what the planner knows of them."""
    cast = make_cast()
    with tenancy.workspace(cast.workspace.pk):
        define(cast, "spent", "number")
        define(cast, "grade", "text")
        with connection.cursor() as cursor:
            cursor.execute(MANY, {"workspace": cast.workspace.pk})
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute("ANALYZE customers_person, customers_fieldvalue")
    return cast


def test_pages_are_read_along_the_index(city: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with tenancy.workspace(city.workspace.pk):
        fields = {field.key: field for field in FieldDefinition.objects.all()}
        for sort in ("field:spent", "-field:spent", "field:grade", "-field:grade"):
            asked = Asked(Listed.PEOPLE, sort=sort, sorted_by=fields[sort.partition(":")[2]])
            for member in (city.marketer, city.jieun):
                rows = lists.rows_of(asked, member, NOW)
                first = lists.page_of(rows, asked, None)
                with monkeypatch.context() as patched:
                    patched.setattr(lists, "PAGE", 2_100)
                    late = lists.page_of(rows, asked, None)
                for after, is_known in ((None, True), (first.next_after, True), (late.next_after, False)):
                    with CaptureQueriesContext(connection) as captured:
                        page = lists.page_of(rows, asked, after)
                    assert [row.sort_value is not None for row in page] == [is_known] * 50
                    assert [plan_of(query["sql"]) for query in captured.captured_queries] == ["along an index"]


def plan_of(sql: str) -> str:
    """Say whether a statement reads a whole table or sorts one; else its order comes from an index."""
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + sql.replace("%", "%%"))
        plan = "\n".join(line for (line,) in cursor.fetchall())
    slow = ("Sort", "Seq Scan on customers_", "Bitmap Heap Scan on customers_")
    return plan if any(step in plan for step in slow) else "along an index"
