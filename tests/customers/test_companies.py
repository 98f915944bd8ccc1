"""Companies by hand: what is kept of them, what is refused, and who sees them."""

from collections.abc import Callable

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from dangol.customers.models import Company
from dangol.customers.operations import (
    ChangedMeanwhile,
    CompanyDetails,
    UnableToSaveCompany,
    bare_company_name,
    business_number_of,
    change_company,
    change_row_field,
    create_company,
    domain_of,
    move_to_trash,
)
from dangol.customers.operations.company_facts import check_digit
from dangol.kit import tenancy
from dangol.kit.ids import uuid7
from dangol.workspaces.models import Member
from tests.factories import NOW
from tests.people import Cast

SignIn = Callable[[Member], Client]
SOUND = "124-81-00998"
nine_digits = st.text("0123456789", min_size=9, max_size=9)


def made(member: Member, **details: object) -> Company:
    return create_company(member=member, details=CompanyDetails(**details), now=NOW)  # type: ignore[arg-type] # any detail


@pytest.mark.parametrize(
    ("written", "bare"),
    [
        ("㈜한빛상사", "한빛상사"),
        ("한빛상사㈜", "한빛상사"),
        ("주식회사 한빛상사", "한빛상사"),
        ("한빛상사 주식회사", "한빛상사"),
        ("(주)한빛상사", "한빛상사"),
        ("（주） 한빛상사", "한빛상사"),
        ("유한회사 나무", "나무"),
        ("Acme, Inc.", "Acme"),
        ("Acme Co., Ltd.", "Acme"),
        ("Lee & Co", "Lee"),
        ("Nordwind GmbH", "Nordwind"),
        ("Incline", "Incline"),
        ("Costco", "Costco"),
        ("주식회사", "주식회사"),
        ("", ""),
    ],
)
def test_the_legal_form_is_not_part_of_the_bare_name(written: str, bare: str) -> None:
    assert bare_company_name(written) == bare


@pytest.mark.parametrize("written", ["1248100998", SOUND, "124 81 00998", "１２４-81-00998"])
def test_a_business_number_is_kept_as_ten_digits(written: str) -> None:
    assert business_number_of(written) == "1248100998"


@pytest.mark.parametrize("written", ["124-81-00997", "124-81-0099", "", "abc", "124-81-00998-1", "٠٠٠-00-00000"])
def test_a_number_whose_last_digit_does_not_fit_is_none(written: str) -> None:
    assert business_number_of(written) == ""


@given(nine_digits)
def test_exactly_one_last_digit_fits(nine: str) -> None:
    assert [digit for digit in "0123456789" if business_number_of(nine + digit)] == [str(check_digit(nine))]


@given(nine_digits, st.integers(0, 7), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(nine: str, place: int, off: int) -> None:
    wrong = nine[:place] + str((int(nine[place]) + off) % 10) + nine[place + 1 :]
    assert business_number_of(wrong + str(check_digit(nine))) == ""


@pytest.mark.parametrize(
    ("written", "domain"),
    [
        ("https://www.Hanbit.example.com/kr?x=1", "hanbit.example.com"),
        ("info@hanbit.example.com", "hanbit.example.com"),
        ("hanbit.example.com:8443", "hanbit.example.com"),
        ("한빛.한국", "한빛.한국"),
        ("hanbit", ""),
        ("10.0.0.1", ""),
        ("not a domain.com", ""),
    ],
)
def test_a_domain_is_read_from_what_people_paste(written: str, domain: str) -> None:
    assert domain_of(written) == domain


def test_a_company_is_kept_as_written_and_found_by_its_bare_name(inside: Cast) -> None:
    company = made(
        inside.jieun, name="㈜한빛상사", business_number=SOUND, domain="https://www.hanbit.example.com/",
        phone="02-312-3456", email="Info@Hanbit.example.com",
    )  # fmt: skip
    assert (company.name, company.business_number) == ("㈜한빛상사", "1248100998")
    assert (company.domain, company.phone) == ("hanbit.example.com", "+8223123456")
    assert (company.email, company.origin) == ("info@hanbit.example.com", "staff")
    assert (company.bigrams, company.initials) == (["한빛", "빛상", "상사"], "ㅎㅂㅅㅅ")


@pytest.mark.parametrize(
    ("details", "field"),
    [
        ({}, "name"),
        ({"name": "한빛", "business_number": "124-81-00997"}, "business_number"),
        ({"name": "한빛", "phone": "12"}, "phone"),
        ({"name": "한빛", "domain": "hanbit"}, "domain"),
        ({"name": "한빛", "email": "hanbit"}, "email"),
        ({"name": "900101-1234567"}, "name"),
        ({"name": "가" * 201}, "name"),
    ],
)
def test_what_cannot_be_kept_names_its_field(inside: Cast, details: dict[str, str], field: str) -> None:
    with pytest.raises(UnableToSaveCompany) as refusal:
        made(inside.jieun, **details)
    assert refusal.value.field == field


def test_a_number_belongs_to_one_company_even_in_the_trash(inside: Cast) -> None:
    first = made(inside.jieun, name="한빛상사", business_number=SOUND)
    with pytest.raises(UnableToSaveCompany) as refusal:
        made(inside.jieun, name="새빛상사", business_number=SOUND)
    assert refusal.value.field == "business_number"
    move_to_trash(
        workspace_id=inside.workspace.pk, kind="company", ids=[first.pk], member=inside.jieun, now=NOW, batch=uuid7()
    )
    with pytest.raises(UnableToSaveCompany):
        made(inside.jieun, name="새빛상사", business_number=SOUND)


def test_both_workspaces_may_know_the_same_company(inside: Cast) -> None:
    made(inside.jieun, name="한빛상사", business_number=SOUND)
    with tenancy.workspace(inside.other_workspace.pk):
        assert made(inside.lee, name="Hanbit", business_number=SOUND).workspace_id == inside.other_workspace.pk


def test_a_correction_renews_the_keys(inside: Cast) -> None:
    company = made(inside.jieun, name="한빛상사")
    changed = change_company(company=company, member=inside.minsu, details=CompanyDetails(name="Acme Inc."), now=NOW)
    assert (changed.name, changed.bigrams) == ("Acme Inc.", ["ac", "cm", "me"])


def test_one_field_is_written_unless_somebody_was_quicker(inside: Cast) -> None:
    company = made(inside.jieun, name="한빛상사", city="서울")
    changed = change_row_field(row=company, field="city", value="부산", seen="서울", member=inside.jieun, now=NOW)
    assert changed.city == "부산"
    with pytest.raises(ChangedMeanwhile):
        change_row_field(row=company, field="city", value="대구", seen="서울", member=inside.minsu, now=NOW)


def test_a_company_is_added_and_corrected_through_the_forms(cast: Cast, client_of: SignIn) -> None:
    client = client_of(cast.jieun)
    answer = client.post("/companies/new/", {"name": "㈜한빛상사", "business_number": SOUND})
    with tenancy.workspace(cast.workspace.pk):
        company = Company.objects.get()
    assert answer["Location"] == f"/companies/{company.pk}/"
    assert "124-81-00998" in client.get(answer["Location"]).content.decode()
    assert client.get(f"/companies/{company.pk}/edit/").status_code == 200
    refused = client.post(f"/companies/{company.pk}/edit/", {"name": "㈜한빛상사", "business_number": "1"})
    assert refused.status_code == 422
    assert client.post(f"/companies/{company.pk}/edit/", {"name": "새빛상사"}).status_code == 302


def test_whose_company_it_is_decides_who_sees_it(cast: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        company = made(cast.jieun, name="한빛상사", owner_id=cast.jieun.pk)
    for path in (f"/companies/{company.pk}/", f"/companies/{company.pk}/edit/", f"/companies/cells/{company.pk}/city/"):
        assert client_of(cast.minsu).get(path).status_code == 200, path
        assert client_of(cast.dana).get(path).status_code == 404, path
        assert client_of(cast.lee).get(path).status_code == 404, path


def test_a_cell_of_a_company_is_edited_where_it_stands(cast: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        company = made(cast.jieun, name="한빛상사", city="서울")
    client = client_of(cast.minsu)
    path = f"/companies/cells/{company.pk}"
    assert "부산" in client.post(f"{path}/city/", {"value": "부산", "seen": "서울"}).content.decode()
    assert client.post(f"{path}/city/", {"value": "대구", "seen": "서울"}).status_code == 409
    assert client.post(f"{path}/business_number/", {"value": "1", "seen": ""}).status_code == 422
    kept = client.post(f"{path}/business_number/", {"value": SOUND, "seen": ""})
    assert kept.status_code == 200
    assert SOUND in kept.content.decode()
