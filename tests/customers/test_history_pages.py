"""What changed is told to those who may see the record, and can be taken back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from dangol.customers.models import Change, Company, FieldDefinition, Identity, Person, Tag, Tagging
from dangol.customers.operations import (
    HeldInTrash,
    PersonDetails,
    UnableToRestore,
    create_person,
    delete_for_good,
    empty_trash,
    move_to_trash,
    restore_record_to,
)
from dangol.kit import tenancy
from dangol.kit.authorship import act_as
from dangol.kit.ids import uuid7
from dangol.workspaces.models import Member
from tests.factories import NOW, make_person
from tests.people import Cast

SignIn = Callable[[Member], Client]


@pytest.fixture
def haneul(cast: Cast) -> Person:
    """A person of 지은, whom Dana may not see, with three changes by 지은."""
    with tenancy.workspace(cast.workspace.pk):
        FieldDefinition.objects.create(
            workspace=cast.workspace, object="person", key="grade", label="등급", kind="text"
        )
        person = make_person(cast.jieun, name="김하늘", email="haneul@example.com", owner=cast.jieun, city="서울")
        with act_as(member_id=cast.jieun.pk, reason="bulk_change"):
            Person.objects.filter(pk=person.pk).update(city="부산", fields={"grade": "VIP"})
            Person.objects.filter(pk=person.pk).update(owner=cast.minsu)
            tag = Tag.objects.create(workspace=cast.workspace, name="단골")
            Tagging.objects.create(workspace=cast.workspace, tag=tag, person=person, at=NOW, by=cast.jieun)
    return person


def test_the_history_tells_who_when_what_and_why(cast: Cast, haneul: Person, client_of: SignIn) -> None:
    page = client_of(cast.dana).get(reverse("history:person", args=[haneul.pk]))
    assert page.status_code == 404
    page = client_of(cast.lee).get(reverse("history:person", args=[haneul.pk]))
    assert page.status_code == 404
    text = client_of(cast.minsu).get(reverse("history:person", args=[haneul.pk])).content.decode()
    for told in ("지은", "서울", "부산", "등급", "VIP", "민수", "단골"):
        assert told in text


def test_a_long_history_costs_as_many_queries_as_a_short_one(
    cast: Cast, haneul: Person, client_of: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_of(cast.jieun)
    for _more in range(2):
        with django_assert_num_queries(18):
            client.get(reverse("history:person", args=[haneul.pk]))
        with tenancy.workspace(cast.workspace.pk), act_as(member_id=cast.minsu.pk):
            Person.objects.filter(pk=haneul.pk).update(city="대구", owner=cast.jieun)
            Person.objects.filter(pk=haneul.pk).update(city="제주", owner=cast.minsu)


def test_one_field_is_restored(cast: Cast, haneul: Person, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        first = Change.objects.filter(about_id=haneul.pk, kind="person").earliest("id")
    url = reverse("history:restore_field", args=[first.pk])
    assert client_of(cast.dana).post(url, {"column": "city"}).status_code == 404
    assert client_of(cast.lee).post(url, {"column": "city"}).status_code == 404
    assert client_of(cast.jieun).get(url).status_code == 405
    client = client_of(cast.jieun)
    assert client.post(url, {"column": "city"}).status_code == 302
    client.post(url, {"column": "fields", "part": "grade"})
    client.post(url, {"column": "workspace_id"})
    with tenancy.workspace(cast.workspace.pk):
        person = Person.objects.get(pk=haneul.pk)
        assert (person.city, person.fields, person.owner) == ("서울", {}, cast.minsu)
        newest = Change.objects.filter(about_id=haneul.pk).latest("id")
        assert (newest.member, newest.reason) == (cast.jieun, "restore_field")


def test_the_whole_record_is_restored_after_a_look_at_what_changes(
    cast: Cast, haneul: Person, client_of: SignIn
) -> None:
    with tenancy.workspace(cast.workspace.pk):
        first = Change.objects.filter(about_id=haneul.pk, kind="person").earliest("id")
    url = reverse("history:restore_record", args=[first.pk])
    assert client_of(cast.dana).get(url).status_code == 404
    client = client_of(cast.jieun)
    preview = client.get(url).content.decode()
    assert all(told in preview for told in ("서울", "부산", "등급", "VIP", "지은", "민수"))
    with tenancy.workspace(cast.workspace.pk):
        assert Person.objects.get(pk=haneul.pk).city == "부산"
    client.post(url)
    with tenancy.workspace(cast.workspace.pk):
        person = Person.objects.get(pk=haneul.pk)
        assert (person.city, person.fields, person.owner) == ("서울", {}, cast.jieun)


def test_a_tag_is_taken_back(cast: Cast, haneul: Person, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        arrival = Change.objects.get(about_id=haneul.pk, kind="tagging")
    url = reverse("history:take_back", args=[arrival.pk])
    assert client_of(cast.dana).post(url).status_code == 404
    client_of(cast.jieun).post(url)
    with tenancy.workspace(cast.workspace.pk):
        assert not Tagging.objects.exists()
        removal = Change.objects.filter(about_id=haneul.pk, kind="tagging").latest("id")
    client_of(cast.jieun).post(reverse("history:take_back", args=[removal.pk]))
    with tenancy.workspace(cast.workspace.pk):
        assert Tagging.objects.get().person == haneul


def test_an_address_that_comes_back_leads_to_the_person_again_unless_another_has_it(inside: Cast) -> None:
    person = make_person(inside.jieun, email="old@example.com")
    moment = timezone.now()
    for address in ("new@example.com",):
        Identity.objects.filter(person=person).delete()
        Person.objects.filter(pk=person.pk).update(email=address)
        Identity.objects.create(workspace=inside.workspace, person=person, kind="email", value=address, origin="test")
    keys: dict[str, Any] = {
        "workspace_id": inside.workspace.pk, "kind": "person", "record_id": person.pk, "now": NOW,
        "member": inside.jieun,
    }  # fmt: skip
    assert restore_record_to(at=moment, **keys)
    assert list(Identity.objects.values_list("value", flat=True)) == ["old@example.com"]
    assert not restore_record_to(at=timezone.now(), **keys)
    later = timezone.now()
    Identity.objects.all().delete()
    Person.objects.filter(pk=person.pk).update(email="third@example.com")
    make_person(inside.jieun, email="old@example.com")
    with pytest.raises(UnableToRestore):
        restore_record_to(at=later, **keys)
    assert Person.objects.get(pk=person.pk).email == "third@example.com"


def test_deleting_says_what_happens_and_can_be_undone(cast: Cast, haneul: Person, client_of: SignIn) -> None:
    url = reverse("history:delete_person", args=[haneul.pk])
    assert client_of(cast.dana).post(url).status_code == 404
    assert client_of(cast.lee).post(url).status_code == 404
    client = client_of(cast.jieun)
    assert "30" in client.get(url).content.decode()
    answer = client.post(url)
    assert client.get(reverse("person", args=[haneul.pk])).status_code == 404
    page = client.get(answer["location"]).content.decode()
    assert "김하늘" in page
    batch = answer["location"].partition("batch=")[2]
    undo = reverse("history:undo", args=[batch])
    assert client_of(cast.minsu).post(undo).status_code == 404
    assert client_of(cast.lee).post(undo).status_code == 404
    client.post(undo, {"next": "https://evil.example.com/"})
    assert client.get(reverse("person", args=[haneul.pk])).status_code == 200


@pytest.mark.shows("AC-31")
def test_only_the_own_trash_is_seen(
    cast: Cast, haneul: Person, client_of: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with tenancy.workspace(cast.workspace.pk):
        others = [make_person(cast.jieun, name=f"손님{number}", owner=cast.minsu) for number in range(2)]
        throw: dict[str, Any] = {
            "workspace_id": cast.workspace.pk,
            "kind": "person",
            "member": cast.jieun,
            "now": timezone.now(),
        }
        move_to_trash(ids=[haneul.pk], **throw)
    jieun, trash = client_of(cast.jieun), reverse("history:trash")
    for _more in range(2):
        with django_assert_num_queries(17):
            assert "김하늘" in jieun.get(trash).content.decode()
        with tenancy.workspace(cast.workspace.pk):
            move_to_trash(ids=[other.pk for other in others], **throw)
    assert "김하늘" not in client_of(cast.dana).get(trash).content.decode()
    assert "김하늘" not in client_of(cast.lee).get(trash).content.decode()
    restore = reverse("history:restoration", args=["person", haneul.pk])
    end = reverse("history:end", args=["person", haneul.pk])
    for member in (cast.dana, cast.lee):
        assert client_of(member).post(restore).status_code == 404
    assert client_of(cast.lee).post(end).status_code == 404
    assert jieun.post(end).status_code == 403
    assert client_of(cast.admin).get(end).status_code == 200
    jieun.post(restore)
    assert jieun.get(reverse("person", args=[haneul.pk])).status_code == 200
    assert client_of(cast.admin).post(end).status_code == 404


def test_whoever_lies_there_for_thirty_days_is_deleted_for_good(inside: Cast) -> None:
    now = timezone.now()
    old, fresh, other = (make_person(inside.jieun, name=name) for name in ("Old", "Fresh", "Other"))
    throw: dict[str, Any] = {"workspace_id": inside.workspace.pk, "kind": "person", "member": inside.jieun}
    move_to_trash(ids=[old.pk], now=now - timedelta(days=31), **throw)
    move_to_trash(ids=[fresh.pk], now=now - timedelta(days=29), **throw)
    assert delete_for_good(workspace_id=inside.workspace.pk, kind="person", ids=[other.pk], member=None, now=now) == 0
    empty_trash(workspace_id=inside.workspace.pk)
    empty_trash(workspace_id=inside.workspace.pk)
    with tenancy.open_trash():
        assert sorted(Person.objects.values_list("name", flat=True)) == ["Fresh", "Other"]
    assert not Change.objects.filter(about_id=old.pk).exists()
    assert not Identity.objects.filter(person_id=old.pk).exists()


def test_adding_somebody_who_lies_in_the_trash_says_so(cast: Cast, haneul: Person, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        move_to_trash(
            workspace_id=cast.workspace.pk, kind="person", ids=[haneul.pk], member=cast.jieun, now=timezone.now()
        )
        with pytest.raises(HeldInTrash) as refused:
            create_person(member=cast.jieun, details=PersonDetails(name="김하늘", email="haneul@example.com"), now=NOW)
        assert refused.value.holder_id == haneul.pk
    new = {"name": "김하늘", "email": "haneul@example.com"}
    page = client_of(cast.minsu).post(reverse("customers:new_person"), new)
    assert page.status_code == 422
    assert reverse("history:restoration", args=["person", haneul.pk]) in page.content.decode()
    page = client_of(cast.dana).post(reverse("customers:new_person"), new)
    assert page.status_code == 422
    assert str(haneul.pk) not in page.content.decode()


def test_the_history_of_a_company(cast: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk), act_as(member_id=cast.jieun.pk, batch=uuid7()):
        company = Company.objects.create(workspace=cast.workspace, name="단골상사", owner=cast.jieun)
        Company.objects.filter(pk=company.pk).update(industry="유통")
    assert "유통" in client_of(cast.minsu).get(reverse("history:company", args=[company.pk])).content.decode()
    assert client_of(cast.dana).get(reverse("history:company", args=[company.pk])).status_code == 404
