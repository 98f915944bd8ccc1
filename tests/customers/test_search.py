"""What ⌘K finds among people, companies and records, why, and for whom."""

from datetime import timedelta
from importlib import import_module
from uuid import UUID

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from dangol.customers.models import Company, ContactPoint, CustomObject, CustomRecord, Identity, Person, SearchKey
from dangol.customers.name_keys import company_key, name_key
from dangol.customers.queries import companies_found, people_found, search
from dangol.kit import tenancy
from dangol.kit.korean import initials
from dangol.workspaces.models import Member
from tests.factories import NOW, make_person
from tests.people import Cast


def someone(member: Member, name: str, **fields: object) -> Person:
    return make_person(member, name=name, initials=initials(name), **fields)  # type: ignore[arg-type] # any column


def firm(member: Member, name: str, **fields: object) -> Company:
    return Company.objects.create(workspace_id=member.workspace_id, name=name, **fields)


@pytest.fixture
def town(inside: Cast) -> Cast:
    someone(inside.admin, "김민수", email="minsu.kim@example.com", phone="+821012345678", last_seen_at=NOW)
    someone(inside.admin, "박민수", email="mspark@example.org", phone="+821099995678")
    someone(inside.admin, "김하늘", email="haneul@example.com", phone="+821000000012", external_id="C-77")
    someone(inside.admin, "남궁민수", email="ng@example.com")
    someone(inside.admin, "Greta Fischer", email="greta@example.net", phone="+442079460018")
    firm(inside.admin, "㈜ 단골 상회", business_number="1208800767", domain="dangol.example", phone="+8225551234")
    firm(inside.admin, "주식회사 한국전력", external_id="F-9")
    firm(inside.admin, "Acme Trading Co., Ltd.")
    return inside


def titles(member: Member, text: str) -> list[str]:
    return [hit.title for hit in search(member, text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("김민수", ["김민수"]),
        ("김", ["김민수", "김하늘"]),
        ("민수", ["김민수", "박민수", "남궁민수"]),
        ("궁민", ["남궁민수"]),
        ("ㄱㅁㅅ", ["김민수"]),
        ("ㄱㅎ", ["김하늘"]),
        ("김ㅁㅅ", ["김민수"]),
        ("김 민 수", ["김민수"]),
        ("민수 김", ["김민수"]),
        ("김밍", []),
        ("김미", ["김민수"]),
        ("하느", ["김하늘"]),
        ("greta", ["Greta Fischer"]),
        ("GRETA F", ["Greta Fischer"]),
        ("fisch", ["Greta Fischer"]),
        ("isch", ["Greta Fischer"]),
        ("fischer greta", ["Greta Fischer"]),
        ("5678", ["김민수", "박민수"]),
        ("12345678", ["김민수"]),
        ("010-1234-5678", ["김민수"]),
        ("+82 10 1234 5678", ["김민수"]),
        ("010-1234", ["김민수"]),
        ("+44 20", ["Greta Fischer"]),
        ("+44 2079", ["Greta Fischer"]),
        ("minsu.k", ["김민수"]),
        ("haneul@example.com", ["김하늘"]),
        ("@example.com", ["김민수", "김하늘", "남궁민수"]),
        ("example.org", ["박민수"]),
        ("단골상회", ["㈜ 단골 상회"]),
        ("㈜단골", ["㈜ 단골 상회"]),
        ("(주) 단골상회", ["㈜ 단골 상회"]),
        ("상회", ["㈜ 단골 상회"]),
        ("ㄷㄱㅅㅎ", ["㈜ 단골 상회"]),
        ("한국", ["주식회사 한국전력"]),
        ("acme trading", ["Acme Trading Co., Ltd."]),
        ("Acme Inc.", ["Acme Trading Co., Ltd."]),
        ("120-88-00767", ["㈜ 단골 상회"]),
        ("12088", ["㈜ 단골 상회"]),
        ("dangol.ex", ["㈜ 단골 상회"]),
        ("1234", ["㈜ 단골 상회"]),
        ("F-9", ["주식회사 한국전력"]),
        ("없는사람", []),
        ("%", []),
        ("\x00", []),
        ("", []),
        ("'; DROP", []),
    ],
)
def test_everything_is_found_by_what_is_remembered_of_it(town: Cast, text: str, expected: list[str]) -> None:
    assert sorted(titles(town.marketer, text)) == sorted(expected)


@pytest.mark.parametrize(
    ("typo", "expected"),
    [
        ("김민슈", ["김민수"]),
        ("김미수", ["김민수"]),
        ("긴민수", ["김민수"]),
        ("김밋누", ["김민수"]),
        ("김하늘ㄹ", ["김하늘"]),
        ("남궁만수", ["남궁민수"]),
        ("fischr", ["Greta Fischer"]),
        ("ficsher", ["Greta Fischer"]),
        ("gretta", ["Greta Fischer"]),
        ("greta ficher", ["Greta Fischer"]),
        ("민슈", []),
        ("단골상화", ["㈜ 단골 상회"]),
    ],
)
def test_one_slip_of_a_finger_still_finds_longer_names(town: Cast, typo: str, expected: list[str]) -> None:
    hits = search(town.marketer, typo)
    assert [hit.title for hit in hits] == expected
    assert {str(hit.reason) for hit in hits} <= {"Similar name"}


def test_the_better_fit_comes_first_then_who_was_seen_last(inside: Cast) -> None:
    for name, seen in (("이민수", 1), ("민수정", 3), ("민수", 5), ("박민수", 0), ("민수연", 2)):
        someone(inside.admin, name, last_seen_at=NOW - timedelta(days=seen))
    assert titles(inside.marketer, "민수") == ["민수", "민수연", "민수정", "박민수", "이민수"]


@pytest.mark.parametrize(
    ("text", "title", "reason", "marked_title", "marked_detail"),
    [
        ("하늘", "김하늘", "Name", [("김", False), ("하늘", True)], [("haneul@example.com", False)]),
        ("ㅎㄴ", "", "", [], []),
        ("ㄱㅎㄴ", "김하늘", "First consonants", [("김하늘", True)], [("haneul@example.com", False)]),
        ("haneul@", "김하늘", "E-mail", [("김하늘", False)], [("haneul@", True), ("example.com", False)]),
        ("0012", "김하늘", "Phone", [("김하늘", False)], [("+82100000", False), ("0012", True)]),
        ("C-77", "김하늘", "Number", [("김하늘", False)], [("C-77", True)]),
    ],
)
def test_an_answer_says_why_it_was_found(  # noqa: PLR0917 - one column each
    town: Cast,
    text: str,
    title: str,
    reason: str,
    marked_title: list[tuple[str, bool]],
    marked_detail: list[tuple[str, bool]],
) -> None:
    Identity.objects.create(
        workspace=town.workspace,
        kind="external_id",
        value="C-77",
        origin="test",
        person=Person.objects.get(external_id="C-77"),
    )
    hits = search(town.marketer, text)
    if not title:
        assert hits == []
        return
    (hit,) = hits
    assert (hit.title, str(hit.reason)) == (title, reason)
    assert (list(hit.marked_title), list(hit.marked_detail)) == (marked_title, marked_detail)


def test_letters_left_out_of_the_comparison_are_marked_with_what_surrounds_them(town: Cast) -> None:
    (hit,) = search(town.marketer, "단골상")
    assert list(hit.marked_title) == [("㈜ ", False), ("단골 상", True), ("회", False)]


def test_ids_find_the_row_itself(town: Cast) -> None:
    person, company = Person.objects.get(name="김하늘"), Company.objects.get(name="㈜ 단골 상회")
    assert titles(town.marketer, str(person.pk)) == ["김하늘"]
    assert titles(town.marketer, company.pk.hex) == ["㈜ 단골 상회"]
    assert titles(town.marketer, str(UUID(int=7))) == []


def test_second_addresses_and_numbers_find_their_person(town: Cast) -> None:
    person = Person.objects.get(name="김하늘")
    Identity.objects.create(
        workspace=town.workspace, person=person, kind="email", value="second@example.com", origin="test"
    )
    ContactPoint.objects.create(
        workspace=town.workspace, person=person, kind="phone", value="+82255512345", origin="test",
        first_told_at=NOW, last_told_at=NOW,
    )  # fmt: skip
    assert titles(town.marketer, "second@") == ["김하늘"]
    assert titles(town.marketer, "02-555-12345") == ["김하늘"]


def test_records_are_found_by_name(inside: Cast) -> None:
    kind = CustomObject.objects.create(workspace=inside.workspace, key="pet", label="Pet", plural="Pets")
    CustomRecord.objects.create(
        workspace=inside.workspace, object=kind, name="복순이", initials="ㅂㅅㅇ", origin="test", owner=inside.jieun
    )
    for text in ("복순", "순이", "ㅂㅅ", "복슨이"):
        assert titles(inside.jieun, text) == ["복순이"], text
        assert titles(inside.minsu, text) == ["복순이"], text
        assert titles(inside.dana, text) == [], text


@pytest.mark.parametrize(
    "text",
    [
        "이하늘빛",
        "하늘",
        "늘빛",
        "이하",
        "ㅇㅎㄴ",
        "이하늘빗",
        "secret@",
        "@hidden.example",
        "5678",
        "010-1111-5678",
        "X-1",
    ],
)
def test_a_search_finds_only_what_the_member_may_see(cast: Cast, text: str) -> None:
    with tenancy.workspace(cast.workspace.pk):
        person = someone(
            cast.jieun,
            "이하늘빛",
            email="secret@hidden.example",
            phone="+821011115678",
            external_id="X-1",
            owner=cast.jieun,
        )
        Identity.objects.create(workspace=cast.workspace, person=person, kind="external_id", value="X-1", origin="test")
        seen = {m: titles(m, text) for m in (cast.jieun, cast.minsu, cast.admin)}
        assert list(seen.values()) == [["이하늘빛"]] * 3
        assert titles(cast.dana, text) == []
        assert titles(cast.dana, str(person.pk)) == []
    with tenancy.workspace(cast.other_workspace.pk):
        assert titles(cast.lee, text) == []


def test_companies_of_another_team_stay_hidden(inside: Cast) -> None:
    firm(inside.admin, "단골상회", business_number="1208800767", owner=inside.jieun)
    for text in ("단골", "골상", "120-88-00767", "단골상화"):
        assert (titles(inside.minsu, text), titles(inside.dana, text)) == (["단골상회"], []), text


def test_what_is_in_the_trash_is_not_found(town: Cast) -> None:
    with tenancy.open_trash():
        Person.objects.filter(name="김하늘").update(deleted_at=NOW)
    assert titles(town.marketer, "하늘") == []


def test_visitors_without_a_name_are_not_found(inside: Cast) -> None:
    make_person(inside.admin, name="", email="visitor@example.com", is_anonymous=True)
    assert titles(inside.marketer, "visitor") == []


def test_the_own_customers_are_found_among_very_many_namesakes(inside: Cast) -> None:
    Person.objects.bulk_create(
        [
            Person(
                workspace=inside.workspace, name=f"김민수{number}", owner=inside.dana, first_seen_at=NOW, origin="test",
                last_seen_at=NOW,
            )
            for number in range(1100)
        ]
    )  # fmt: skip
    someone(inside.jieun, "김민수힣", owner=inside.jieun)
    assert titles(inside.minsu, "김민") == ["김민수힣"]
    assert len(titles(inside.dana, "김민")) == 10
    assert list(people_found(inside.minsu, "김민").values_list("name", flat=True)) == ["김민수힣"]
    assert people_found(inside.dana, "민수").count() == 1100


def test_the_index_follows_the_name(inside: Cast) -> None:
    person = someone(inside.admin, "김하늘", phone="+821012345678")
    Person.objects.filter(pk=person.pk).update(name="이도윤", initials="ㅇㄷㅇ", phone="")
    assert (titles(inside.marketer, "하늘"), titles(inside.marketer, "5678")) == ([], [])
    assert titles(inside.marketer, "도윤") == ["이도윤"]
    person.delete()
    assert not SearchKey.objects.exists()


@pytest.mark.parametrize(
    "text", ["김하늘", "Greta Fischer", "O’Neil-Smith, J.", "Ünal Çelik", " 홍  길동 ", "", "1·2ㆍ3", "ＡＢＣ"]
)
def test_the_database_compares_names_as_we_do(db: None, text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT customers_name_key(%s), customers_company_key(%s)", [text, text])
        assert cursor.fetchone() == (name_key(text), company_key(text))


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("㈜단골", "단골"),
        ("(주)단골", "단골"),
        ("단골 주식회사", "단골"),
        ("유한책임회사 단골", "단골"),
        ("Acme Inc.", "acme"),
        ("Acme Co., Ltd.", "acme"),
        ("Income Corp", "income"),
        ("주식회사", "주식회사"),
        ("Incheon Ltd", "incheon"),
        ("사단법인 나눔", "나눔"),
        ("컴퍼니co", "컴퍼니co"),
    ],
)
def test_the_legal_form_is_no_part_of_a_companys_name(db: None, name: str, key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT customers_company_key(%s)", [name])
        assert (company_key(name), cursor.fetchone()) == (key, (key,))


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("text", "queries"), [("민수", 2), ("김민슈", 3), ("없는이름", 2), ("김ㅁ", 2)])
def test_a_search_costs_the_same_for_one_and_for_three(
    inside: Cast, django_assert_num_queries: DjangoAssertNumQueries, count: int, text: str, queries: int
) -> None:
    for number in range(count):
        someone(inside.admin, "김민수", email=f"minsu{number}@example.com")
    with django_assert_num_queries(queries):
        search(inside.jieun, text)


def test_the_list_of_companies_finds_the_same(town: Cast) -> None:
    def found(text: str) -> list[str]:
        return sorted(companies_found(town.marketer, text).values_list("name", flat=True))

    assert found("") == ["Acme Trading Co., Ltd.", "㈜ 단골 상회", "주식회사 한국전력"]
    assert (found("상회"), found("ㅎㄱ"), found("120-88-00767")) == (
        ["㈜ 단골 상회"],
        ["주식회사 한국전력"],
        ["㈜ 단골 상회"],
    )
    assert found("단골상화") == ["㈜ 단골 상회"]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("김", 25),
        ("민수", 25),
        ("ㄱ", 25),
        ("person", 25),
        ("@example.com", 25),
        ("second", 25),
        ("C-", 25),
        ("수 김민", 25),
        ("김민 수", 25),
    ],
)
def test_the_list_finds_the_same_of_very_many(
    inside: Cast, monkeypatch: pytest.MonkeyPatch, text: str, count: int
) -> None:
    someone(inside.admin, "남궁하늘", email="haneul@example.net")
    for number in range(25):
        person = someone(inside.admin, f"김민수 {number}")
        own = {"workspace_id": person.workspace_id, "person": person, "origin": "test"}
        Identity.objects.create(kind="email", value=f"second{number}@example.org", **own)
        Identity.objects.create(kind="external_id", value=f"C-{number}", **own)
    module, found = import_module("dangol.customers.queries.search"), {}
    for few, very_many in ((1000, 10_000), (5, 10_000), (5, 10)):
        monkeypatch.setattr(module, "FEW", few)
        monkeypatch.setattr(module, "VERY_MANY", very_many)
        found[few, very_many] = set(people_found(inside.jieun, text).values_list("name", flat=True))
    assert [len(names) for names in found.values()] == [count] * 3
