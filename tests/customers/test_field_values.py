"""Reading and showing what custom fields hold."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.customers.enums import FieldKind
from dangol.customers.field_kinds import KINDS, Unreadable, as_json
from dangol.customers.models import Company, FieldDefinition, Person
from dangol.customers.operations import UnableToReadValue, read_field_value, read_field_values, with_values
from dangol.customers.queries import field_entry, field_text, shown_fields
from dangol.kit import tenancy
from tests.factories import NOW, make_person
from tests.people import Cast

CHOICES = ["Gold", "은", "Bronze 3"]


def field(kind: str, **values: Any) -> FieldDefinition:
    return FieldDefinition(object="person", key="x", label="X", kind=kind, choices=CHOICES, currency="KRW", **values)


@pytest.mark.parametrize(
    ("kind", "text", "kept", "shown"),
    [
        ("text", "  이층\x00 창가\n자리 ", "이층 창가 자리", "이층 창가 자리"),
        ("long_text", "a\r\nb", "a\nb", "a\nb"),
        ("number", "1,234.50", 1234.5, "1,234.5"),
        ("number", "１２", 12, "12"),
        ("number", "−3", -3, "-3"),
        ("number", "0.000000001", 1e-9, "0.000000001"),
        ("number", "999999999999999", 999999999999999, "999,999,999,999,999"),
        ("money", "₩12,000", 12000, "₩12,000"),
        ("money", "12000원", 12000, "₩12,000"),
        ("money", "KRW 5", 5, "₩5"),
        ("date", "2026년 3월 2일", "2026-03-02", "March 2, 2026"),
        ("date", "2026.3.2.", "2026-03-02", "March 2, 2026"),
        ("date", "20260302", "2026-03-02", "March 2, 2026"),
        ("choice", "gold", "Gold", "Gold"),
        ("choices", "은, GOLD; 은", ["Gold", "은"], "Gold, 은"),
        ("choices", ",", None, ""),
        ("boolean", "예", True, "Yes"),
        ("boolean", "FALSE", False, "No"),
        ("url", "example.com/a?b=1", "https://example.com/a?b=1", "https://example.com/a?b=1"),
    ],
)
def test_what_people_write_is_read_and_shown(kind: str, text: str, kept: Any, shown: str) -> None:
    value = read_field_value(field(kind), text)
    assert (value, type(value)) == (kept, type(kept))
    assert field_text(field(kind), value) == shown


@pytest.mark.shows("1.2.2", "2.2.1")
@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        ("text", "가" * 501, "Write at most 500 letters."),
        ("text", "900101-1234567", "A resident registration number must not be kept. Leave it out."),
        ("long_text", "x" * 10_001, "Write at most 10,000 letters."),
        ("number", "1,23", "Write a number, like 1234.5."),
        ("number", "1e5", "Write a number, like 1234.5."),
        ("number", "1234567890123456", "Write at most 15 digits, 9 of them behind the point."),
        ("number", "0.1234567891", "Write at most 15 digits, 9 of them behind the point."),
        ("money", "1.5", "This currency has no smaller unit. Write a whole number."),
        ("money", "$", "Write a number, like 1234.5."),
        ("date", "2026-02-30", "Write a date, like 2026-12-31."),
        ("date", "03/02/2026", "Write a date, like 2026-12-31."),
        ("choice", "Silver", "Choose one of these: Gold · 은 · Bronze 3"),
        ("choices", "Gold, Silver", "Choose one of these: Gold · 은 · Bronze 3"),
        ("boolean", "maybe", "Write yes or no."),
        ("url", "javascript:alert(1)", "Write a web address, like https://example.com/page."),
        ("url", "ftp://example.com", "Write a web address, like https://example.com/page."),
        ("file", "a.pdf", "Upload the file on the page of its owner."),
    ],
)
def test_what_cannot_be_kept_is_refused_with_what_to_write(kind: str, text: str, message: str) -> None:
    with pytest.raises(UnableToReadValue) as refusal:
        read_field_value(field(kind), text)
    assert str(refusal.value) == message


def test_nothing_is_nothing() -> None:
    for kind in FieldKind.values:
        assert read_field_value(field(kind), " \x00 ") is None
        assert field_text(field(kind), None) == ""


@given(st.decimals(allow_nan=False, allow_infinity=False, places=9, min_value=-999999, max_value=999999))
def test_a_number_comes_back_as_it_was_written(number: Decimal) -> None:
    kept = as_json(number)
    assert KINDS["number"].read(field("number"), KINDS["number"].entry(field("number"), kept)) == kept
    assert Decimal(str(kept)) == number


@given(
    kind=st.sampled_from([k for k in FieldKind.values if k not in ("person", "company", "record", "file")]),
    text=st.text(),
)
def test_what_was_read_reads_back_from_what_the_form_shows(kind: str, text: str) -> None:
    try:
        value = read_field_value(field(kind), text)
    except UnableToReadValue:
        return
    assert read_field_value(field(kind), field_entry(field(kind), value)) == value


@given(day=st.dates())
def test_every_day_comes_back(day: date) -> None:
    assert read_field_value(field("date"), day.isoformat()) == day.isoformat()


@given(
    value=st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_whatever_another_system_wrote_is_shown(value: Any) -> None:
    for kind in FieldKind.values:
        if kind not in ("person", "company", "record"):
            assert isinstance(field_text(field(kind), value), str)
            assert isinstance(field_entry(field(kind), value), str)


def test_dollars_have_cents() -> None:
    dollars = field("money")
    dollars.currency = "USD"
    assert field_text(dollars, read_field_value(dollars, "$1,200.5")) == "$1,200.50"
    with pytest.raises(Unreadable, match="at most two digits"):
        KINDS["money"].read(dollars, "0.001")


def test_none_takes_a_value_out_and_leaves_the_others() -> None:
    assert with_values({"a": 1, "b": None, "c": 3}, {"c": None, "d": 4}) == {"a": 1, "b": None, "d": 4}


def test_a_link_is_read_from_every_way_to_name_a_person(inside: Cast) -> None:
    haneul = make_person(inside.jieun, name="김하늘", email="haneul@example.com", owner=inside.jieun)
    make_person(inside.jieun, name="이보라", email="bora1@example.com")
    make_person(inside.jieun, name="이보라", email="bora2@example.com")
    link = field("person", workspace_id=inside.workspace.pk)
    texts = [str(haneul.pk), "HANEUL@example.com", "김하늘", f"아무개 ({haneul.pk})", "이보라", "nobody"]
    found = read_field_values(link, texts)
    assert found[:4] == [str(haneul.pk)] * 4
    assert [type(one) for one in found[4:]] == [UnableToReadValue] * 2
    assert field_text(link, found[0]) == "김하늘"
    assert read_field_value(link, field_entry(link, found[0])) == found[0]


def test_nobody_links_to_whom_they_do_not_see(cast: Cast) -> None:
    with tenancy.workspace(cast.workspace.pk):
        haneul = make_person(cast.jieun, name="김하늘", owner=cast.jieun)
    link = field("person", workspace_id=cast.workspace.pk)
    with tenancy.workspace(cast.workspace.pk):
        assert read_field_value(link, "김하늘", member=cast.minsu) == str(haneul.pk)
        with pytest.raises(UnableToReadValue):
            read_field_value(link, "김하늘", member=cast.dana)
        assert shown_fields([link], {"x": str(haneul.pk)}, cast.dana) == []
        assert [one.text for one in shown_fields([link], {"x": str(haneul.pk)}, cast.minsu)] == ["김하늘"]
    foreign = field("person", workspace_id=cast.other_workspace.pk)
    with tenancy.workspace(cast.other_workspace.pk), pytest.raises(UnableToReadValue):
        read_field_value(foreign, str(haneul.pk))


def test_a_company_is_found_by_its_name_or_number(inside: Cast) -> None:
    firm = Company.objects.create(workspace=inside.workspace, name="단골상사 (주)", external_id="B-1")
    link = field("company", workspace_id=inside.workspace.pk)
    assert read_field_values(link, ["단골상사 (주)", "B-1", str(firm.pk)]) == [str(firm.pk)] * 3


def test_a_link_to_somebody_who_was_merged_names_who_is_kept(inside: Cast) -> None:
    first, second, kept = (
        make_person(inside.jieun, name=name, email=f"{number}@example.com")
        for number, name in enumerate(("첫째", "둘째", "셋째"))
    )
    link = field("person", workspace_id=inside.workspace.pk)
    for one, into in ((first, second), (second, kept)):
        with tenancy.open_trash():
            Person.objects.filter(pk=one.pk).update(deleted_at=NOW, merged_into=into)
    assert [field_text(link, str(one.pk)) for one in (first, second, kept)] == ["셋째"] * 3
    (shown,) = shown_fields([link], {"x": str(first.pk)}, inside.marketer)
    assert (shown.text, shown.href) == ("셋째", f"/people/{first.pk}/")
