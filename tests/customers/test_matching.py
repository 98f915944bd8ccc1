"""How names, numbers and addresses are compared, without a database."""

import csv
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from benchmarks.duplicates import recall_by_kind
from benchmarks.korean_people import make_town
from dangol.customers.matching import columns
from dangol.customers.matching.names import company_stem, family_class, fold, letters, parted, sound
from dangol.customers.matching.records import People, Record
from dangol.customers.matching.weighing import find_duplicates


@pytest.mark.parametrize(
    ("name", "family", "given"),
    [
        ("김민수", "김", "민수"),
        ("김 민 수 님", "김", "민수"),
        ("남궁민수", "남궁", "민수"),
        ("민수", "", "민수"),
        ("박지은(단골)", "박", "지은"),
        ("Kim Min-soo", "kim", "minsoo"),
        ("Minsoo Kim", "kim", "minsoo"),
        ("Lee, Young Hee", "lee", "younghee"),
        ("Dr. José García", "garcia", "jose"),
        ("", "", ""),
    ],
)
def test_a_name_is_parted(name: str, family: str, given: str) -> None:
    assert parted(name) == (family, given)


@pytest.mark.parametrize(
    "spellings",
    [
        ("김", "kim", "gim"),
        ("이", "lee", "yi", "rhee"),
        ("박", "park", "bak"),
        ("최", "choi", "choe"),
        ("유", "류", "yoo"),
    ],
)
def test_spellings_of_a_family_name_are_one(spellings: tuple[str, ...]) -> None:
    assert len({family_class(spelling) for spelling in spellings}) == 1


@pytest.mark.parametrize(
    "spellings",
    [("민수", "minsu", "minsoo"), ("영희", "younghee", "yeonghui"), ("준호", "junho", "joonho"), ("지은", "jieun")],
)
def test_a_given_name_sounds_the_same_in_both_scripts(spellings: tuple[str, ...]) -> None:
    assert len({sound(spelling) for spelling in spellings}) == 1


@given(
    st.lists(
        st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from("가힣 .,-_Aé\t")), max_size=12), max_size=5
    )
)
@example(["", "José  García", "서울 강남구, 1-2", "ｆｕｌｌ", "İ"])
def test_many_texts_are_folded_as_one_is(texts: list[str]) -> None:
    assert columns.folded(columns.texts_of(texts)).to_pylist() == [fold(text) for text in texts]


@pytest.mark.parametrize(
    ("clean", "told", "kept"),
    [
        (columns.address, " Jieun@Example.com ", "jieun@example.com"),
        (columns.mailbox, "ji.eun+shop@example.com", "jieun"),
        (columns.mailbox, "info+korea@example.com", ""),
        (columns.last_digits, "+82 10-1234-5678", "12345678"),
        (columns.last_digits, "1588", ""),
        (columns.city, "서울특별시", "서울"),
        (columns.street, "서울 테헤란로 12길 34 5층", "테헤란로12길"),
        (columns.house_number, "서울 테헤란로 12길 34 5층", "34"),
        (columns.street, "12 main street", "mainstreet"),
        (columns.house_number, "12 main street", "12"),
        (columns.house_number, "main street", ""),
    ],
)
def test_a_field_is_cleaned(clean: Callable[[columns.Texts], columns.Texts], told: str, kept: str) -> None:
    assert clean(columns.texts_of(["", told])).to_pylist() == ["", kept]


def test_hangul_is_taken_apart() -> None:
    assert letters("한글 a") == "ㅎㅏㄴㄱㅡㄹ a"


@pytest.mark.parametrize("name", ["㈜단골상회", "단골상회 주식회사", "(주) 단골 상회", "단골상회"])
def test_a_company_without_its_legal_form(name: str) -> None:
    assert company_stem(name) == "단골상회"


def test_too_few_people_are_no_pairs() -> None:
    nobody = find_duplicates(People([]), at_least=0.5)
    alone = find_duplicates(People([Record(1, "김하늘")]), at_least=0.5)
    assert (len(nobody.one), len(alone.one)) == (0, 0)


def febrl(name: str) -> list[Record]:
    """Read invented Australians whose true doubles are known by `rec_id` (Febrl, ANU)."""
    path = Path(__file__).parent / "febrl" / name
    with path.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, skipinitialspace=True))
    return [
        Record(
            id=row["rec_id"].split("-")[1],
            family_name=row["surname"],
            given_name=row["given_name"],
            born=row["date_of_birth"],
            postal_code=row["postcode"],
            city=row["suburb"],
            address=f"{row['street_number']} {row['address_1']} {row['address_2']}",
        )
        for row in rows
    ]


def test_the_invented_australians_are_found() -> None:
    records = febrl("dataset1.csv")
    found = find_duplicates(People(records), at_least=0.5, households=False)
    hits = int(sum(records[one].id == records[other].id for one, other in zip(found.one, found.other, strict=True)))
    true = sum(count * (count - 1) // 2 for count in Counter(record.id for record in records).values())
    assert (true, hits, len(found.one)) == (500, 498, 498)


def test_a_made_up_korean_town_is_sorted_out() -> None:
    town = make_town(2_000)
    found = find_duplicates(People(town.records), at_least=0.5)
    hits = [town.people[one] == town.people[other] for one, other in zip(found.one, found.other, strict=True)]
    shares = recall_by_kind(town, found)
    assert sum(hits) / len(hits) > 0.96
    assert {kind for kind, share in shares.items() if share == 1.0} >= {
        "spacing",
        "slip",
        "nick name",
        "phone",
        "company",
    }
    assert min(shares.values()) > 0.85


def test_what_is_found_does_not_depend_on_the_order_of_people() -> None:
    records = febrl("dataset1.csv")[:200]
    pairs = []
    for order in (records, records[::-1]):
        found = find_duplicates(People(order), at_least=0.9)
        pairs.append({order[one].id for one in found.one} | {order[other].id for other in found.other})
    assert pairs[0] == pairs[1]
