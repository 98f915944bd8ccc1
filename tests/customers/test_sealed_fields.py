"""Sealed fields: unreadable in the database, in no list or file, found by the whole value, shown on request only."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries, Settings

from dangol.customers.models import Person, SealedField, SealedValue
from dangol.customers.operations import (
    UnableToSeal,
    define_sealed_field,
    delete_sealed_field,
    keep_sealed_value,
    merge_people,
    reveal_sealed_value,
)
from dangol.customers.operations.rights import erase_people
from dangol.customers.operations.rights.copies import portable
from dangol.customers.queries import people_with_sealed_value
from dangol.kit import keyring, tenancy
from dangol.kit.crypto import SealBroken
from dangol.kit.sealed_columns import opened
from dangol.workspaces.models import AuditEntry, Member
from dangol.workspaces.operations import exchange_key, seal_again
from tests.conftest import MemberClient
from tests.factories import NOW, make_person
from tests.people import Cast

pytestmark = pytest.mark.django_db

SignIn = Callable[[Member], MemberClient]
PASSPORT = "M1234-5678"


@pytest.fixture(autouse=True)
def _own_keys(tmp_path: Path, settings: Settings) -> None:
    settings.KEYS_FOLDER = str(tmp_path / "keys")


def make_field(cast: Cast, label: str = "여권번호", *, is_unique: bool = True) -> SealedField:
    return define_sealed_field(member=cast.admin, label=label, help_text="", is_unique=is_unique, now=NOW)


def keep(cast: Cast, field: SealedField, person: Person, text: str = PASSPORT) -> None:
    keep_sealed_value(person=person, field=field, text=text, member=cast.jieun, now=NOW)


def test_no_table_holds_the_value_in_clear(inside: Cast) -> None:
    person = make_person(inside.jieun, owner=inside.jieun)
    keep(inside, make_field(inside), person)
    value = SealedValue.objects.get(person=person)
    assert opened(value, "value") == PASSPORT
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text ~ %s', ["M1234.?5678"])
            assert cursor.fetchone() == (0,), table


def test_a_value_is_found_again_but_only_whole_and_only_by_who_may_see_the_person(inside: Cast) -> None:
    field = make_field(inside)
    person = make_person(inside.jieun, owner=inside.jieun)
    keep(inside, field, person)
    assert list(people_with_sealed_value(inside.minsu, field, "m 1234 5678")) == [person]
    assert list(people_with_sealed_value(inside.minsu, field, "M1234")) == []
    assert list(people_with_sealed_value(inside.dana, field, PASSPORT)) == []
    other = make_field(inside, "카드번호")
    assert list(people_with_sealed_value(inside.jieun, other, PASSPORT)) == []


def test_two_people_cannot_have_the_same_where_it_is_unique(inside: Cast) -> None:
    first, second = make_person(inside.jieun), make_person(inside.jieun)
    passport, account = make_field(inside), make_field(inside, "계좌", is_unique=False)
    for field in (passport, account):
        keep(inside, field, first)
    with pytest.raises(UnableToSeal):
        keep(inside, passport, second, "m12345678")
    keep(inside, account, second)
    keep(inside, passport, first, "M1234 5678")
    keep(inside, passport, first, "")
    keep(inside, passport, second)
    assert SealedValue.objects.filter(field=passport).get().person == second


def test_every_look_is_written_down(inside: Cast) -> None:
    person = make_person(inside.jieun)
    keep(inside, make_field(inside), person)
    assert reveal_sealed_value(value=SealedValue.objects.get(), member=inside.admin, now=NOW) == PASSPORT
    entry = AuditEntry.objects.get(verb="reveal_sealed_value")
    assert (entry.deed, entry.people, entry.detail) == ("reveal", [person.pk], {"field": "여권번호"})
    kept = AuditEntry.objects.get(verb="keep_sealed_value")
    assert (kept.member_id, kept.people) == (inside.jieun.pk, [person.pk])
    assert not AuditEntry.objects.filter(detail__icontains="5678").exists()


def test_the_person_gets_it_with_their_copy_and_it_goes_with_them(inside: Cast) -> None:
    person = make_person(inside.jieun)
    field = make_field(inside)
    keep(inside, field, person)
    part = next(part for part in portable(person) if part["table"] == "customers_sealedvalue")
    assert part["rows"] == [{"field": "여권번호", "value": PASSPORT, "at": NOW.isoformat()}]
    erase_people(workspace_id=inside.workspace.pk, ids=[person.pk], member=inside.admin, now=NOW)
    assert not SealedValue.objects.exists()


def test_it_goes_along_when_two_people_are_one(inside: Cast) -> None:
    kept, merged = make_person(inside.jieun), make_person(inside.jieun, name="김하늘")
    keep(inside, make_field(inside), merged)
    merge_people(keep=kept, merge=merged, choices={}, member=inside.admin, now=NOW)
    assert opened(SealedValue.objects.get(person=kept), "value") == PASSPORT


def test_a_new_key_seals_the_values_again(inside: Cast) -> None:
    keep(inside, make_field(inside), make_person(inside.jieun))
    key = exchange_key(workspace_id=inside.workspace.pk)
    seal_again(workspace_id=inside.workspace.pk, key=key)
    value = SealedValue.objects.get()
    assert value.value.startswith(f"v2:{key}:")
    assert opened(value, "value") == PASSPORT


@pytest.mark.shows("11.3.3")
def test_a_value_that_was_put_in_place_of_another_does_not_open(inside: Cast) -> None:
    first, second = make_person(inside.jieun), make_person(inside.jieun)
    field = make_field(inside, is_unique=False)
    keep(inside, field, first, "1111")
    keep(inside, field, second, "2222")
    foreign = SealedValue.objects.get(person=first).value
    SealedValue.objects.filter(person=second).update(value=foreign)
    with pytest.raises(SealBroken):
        opened(SealedValue.objects.get(person=second), "value")


def test_without_the_keys_of_the_workspace_nothing_opens(inside: Cast) -> None:
    keep(inside, make_field(inside), make_person(inside.jieun))
    keyring.destroy_keys(inside.workspace.pk)
    with pytest.raises(keyring.KeysGone):
        opened(SealedValue.objects.get(), "value")


def test_a_field_goes_with_its_values(inside: Cast) -> None:
    field = make_field(inside)
    keep(inside, field, make_person(inside.jieun))
    with pytest.raises(UnableToSeal):
        make_field(inside)
    delete_sealed_field(field=field, member=inside.admin, now=NOW)
    assert (SealedField.objects.count(), SealedValue.objects.count()) == (0, 0)


def test_who_may_see_keep_and_reveal(cast: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        field, person = make_field(cast), make_person(cast.jieun, owner=cast.jieun)
        keep(cast, field, person)
    page = f"/people/{person.pk}/sealed/"
    value = f"{page}{field.pk}/"
    for member, seen, revealed in (
        (cast.admin, 200, 200), (cast.jieun, 200, 403), (cast.minsu, 200, 403), (cast.dana, 404, 403),
        (cast.lee, 404, 404),
    ):  # fmt: skip
        client = client_of(member)
        answer = client.get(page)
        assert (answer.status_code, PASSPORT in answer.content.decode()) == (seen, False), member
        answer = client.post(f"{value}reveal/")
        assert (answer.status_code, PASSPORT in answer.content.decode()) == (revealed, revealed == 200), member
    assert "no-store" in client_of(cast.admin).post(f"{value}reveal/").headers["Cache-Control"]
    assert client_of(cast.dana).post(value, {"text": "stolen"}).status_code == 404
    assert client_of(cast.lee).post(value, {"text": "stolen"}).status_code == 404
    assert client_of(cast.jieun).post(value, {"text": "new"}).status_code == 302
    with tenancy.workspace(cast.workspace.pk):
        assert opened(SealedValue.objects.get(), "value") == "new"


def test_who_may_define_and_find(cast: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        field, person = make_field(cast), make_person(cast.jieun, owner=cast.jieun, name="이바다")
        keep(cast, field, person)
    settings_page, search = "/settings/sealed/", "/people/sealed/"
    asked = {"field": field.pk, "text": "m1234 5678"}
    for member, finds in ((cast.jieun, True), (cast.minsu, True), (cast.dana, False)):
        client = client_of(member)
        assert client.get(settings_page).status_code == 403
        assert ("이바다" in client.post(search, asked).content.decode()) is finds
    assert "이바다" not in client_of(cast.lee).post(search, asked).content.decode()
    assert client_of(cast.lee).post(f"{settings_page}{field.pk}/deletion/").status_code == 404
    assert client_of(cast.admin).post(settings_page, {"label": "카드번호"}).status_code == 302
    assert client_of(cast.admin).post(settings_page, {"label": "카드번호"}).status_code == 200
    assert client_of(cast.admin).post(f"{settings_page}{field.pk}/deletion/").status_code == 302
    with tenancy.workspace(cast.workspace.pk):
        assert [one.label for one in SealedField.objects.all()] == ["카드번호"]


@pytest.mark.parametrize("count", [1, 3])
def test_queries_of_the_pages(
    cast: Cast, client_of: SignIn, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with tenancy.workspace(cast.workspace.pk):
        person = make_person(cast.jieun, owner=cast.jieun)
        for number in range(count):
            keep(cast, make_field(cast, f"번호 {number}"), person, str(number))
    client = client_of(cast.admin)
    client.get("/settings/sealed/")
    with django_assert_num_queries(15):
        client.get(f"/people/{person.pk}/sealed/")
    with django_assert_num_queries(12):
        client.get("/settings/sealed/")
