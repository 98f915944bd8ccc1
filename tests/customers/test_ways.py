"""Several addresses and numbers: which of them recognise, which are shared, and which is the main one."""

from collections.abc import Callable

import pytest
from django.test import Client

from dangol.customers.enums import ContactKind, ContactUse
from dangol.customers.models import ContactPoint, Identity, Person
from dangol.customers.operations import (
    CompanyDetails,
    PersonDetails,
    UnableToKeepWay,
    add_way,
    change_person,
    create_company,
    create_person,
    details_of,
    make_main,
    remove_way,
)
from dangol.customers.operations.recognition import Sighting, recognise
from dangol.customers.queries.reaching import ways_to_reach
from dangol.customers.role_addresses import is_role_address
from dangol.kit import tenancy
from dangol.workspaces.models import Member
from tests.factories import NOW
from tests.people import Cast

SignIn = Callable[[Member], Client]
EMAIL, PHONE, ADDRESS = ContactKind.EMAIL, ContactKind.PHONE, ContactKind.ADDRESS
MOBILE, HOME = "+821012345678", "+8223123456"


def haneul(member: Member, **details: str) -> Person:
    told = {"name": "김하늘", "email": "haneul@example.com", "phone": MOBILE} | details
    return create_person(member=member, details=PersonDetails(**told), now=NOW)  # type: ignore[arg-type] # any detail


def led_by(person: Person) -> set[str]:
    return set(Identity.objects.filter(person=person).values_list("value", flat=True))


@pytest.mark.parametrize("address", ["info@example.com", "Sales@example.com", "help+kr@example.com", "no-reply@x.kr"])
def test_addresses_of_a_desk_are_shared(address: str) -> None:
    assert is_role_address(address)


@pytest.mark.parametrize("address", ["haneul@example.com", "information@example.com", "", "salesman@example.com"])
def test_addresses_of_a_person_are_not(address: str) -> None:
    assert not is_role_address(address)


def test_a_second_number_recognises_and_is_shown_with_its_source(inside: Cast) -> None:
    person = haneul(inside.jieun)
    point = add_way(row=person, kind=PHONE, value="02-312-3456", use=ContactUse.HOME, now=NOW)
    assert (point.value, point.is_shared, point.origin) == (HOME, False, "staff")
    assert led_by(person) == {"haneul@example.com", MOBILE, HOME}
    ways = [(way.kind, way.value, way.is_primary, way.use, way.source) for way in ways_to_reach(person)]
    assert ways == [
        (EMAIL, "haneul@example.com", True, None, "Written by hand"),
        (PHONE, MOBILE, True, None, "Written by hand"),
        (PHONE, HOME, False, ContactUse.HOME, "Written by hand"),
    ]


@pytest.mark.parametrize(("kind", "value"), [(EMAIL, "info@hanbit.example.com"), (PHONE, "02-312-3456")])
def test_what_is_shared_recognises_nobody(inside: Cast, kind: ContactKind, value: str) -> None:
    person = haneul(inside.jieun)
    point = add_way(row=person, kind=kind, value=value, is_shared=kind == PHONE, now=NOW)
    assert point.is_shared
    assert point.value not in led_by(person)
    make_main(row=person, kind=kind, value=point.value, member=inside.jieun, now=NOW)
    person.refresh_from_db()
    assert getattr(person, kind.value) == point.value
    assert point.value not in led_by(person)
    elsewhere = PersonDetails(**vars(details_of(person)) | {"city": "서울"})
    changed = change_person(person=person, member=inside.jieun, now=NOW, details=elsewhere)
    assert point.value not in led_by(changed)


def test_the_number_of_the_family_stays_with_the_first(inside: Cast) -> None:
    mother = haneul(inside.jieun)
    child = haneul(inside.jieun, name="김아이", email="child@example.com", phone="010-9999-8888")
    point = add_way(row=child, kind=PHONE, value=MOBILE, now=NOW)
    assert point.is_shared
    assert MOBILE in led_by(mother)
    assert MOBILE not in led_by(child)


def test_what_one_marked_as_shared_recognises_nobody_else_either(inside: Cast) -> None:
    office = add_way(row=haneul(inside.jieun), kind=PHONE, value="02-312-3456", is_shared=True, now=NOW)
    colleague = haneul(inside.jieun, name="박민준", email="minjun@example.com", phone=office.value)
    assert led_by(colleague) == {"minjun@example.com"}


def test_events_with_the_address_of_a_desk_name_nobody(inside: Cast) -> None:
    known = haneul(inside.jieun)
    Identity.objects.create(workspace=inside.workspace, person=known, kind="email", value="info@example.com")
    sightings = [
        Sighting(user_id="", anonymous_id="browser", email="info@example.com"),
        Sighting(user_id="C-1", anonymous_id="", email="info@example.com"),
        Sighting(user_id="", anonymous_id="", email="haneul@example.com"),
    ]
    made = recognise(workspace_id=inside.workspace.pk, sightings=dict.fromkeys(sightings, NOW))
    (newcomer,) = made.new_people
    assert made.person_ids == [None, newcomer, known.pk]
    assert list(made.new_identities) == [("external_id", "C-1")]


def test_two_people_may_use_the_address_of_their_desk(inside: Cast) -> None:
    for name in ("김하늘", "박민준"):
        person = haneul(inside.jieun, name=name, email="info@hanbit.example.com", phone="")
        assert led_by(person) == set()


def test_the_main_one_is_exchanged_and_the_former_stays_known(inside: Cast) -> None:
    person = haneul(inside.jieun)
    add_way(row=person, kind=EMAIL, value="Sky@example.com", now=NOW)
    make_main(row=person, kind=EMAIL, value="sky@example.com", member=inside.jieun, now=NOW)
    person.refresh_from_db()
    assert person.email == "sky@example.com"
    assert led_by(person) == {"sky@example.com", "haneul@example.com", MOBILE}
    addresses = [way.value for way in ways_to_reach(person) if way.kind == EMAIL]
    assert addresses == ["sky@example.com", "haneul@example.com"]


def test_the_main_one_cannot_be_removed_the_others_can(inside: Cast) -> None:
    person = haneul(inside.jieun)
    add_way(row=person, kind=PHONE, value=HOME, now=NOW)
    with pytest.raises(UnableToKeepWay):
        remove_way(row=person, kind=PHONE, value=MOBILE)
    remove_way(row=person, kind=PHONE, value=HOME)
    assert (ContactPoint.objects.count(), led_by(person)) == (0, {"haneul@example.com", MOBILE})
    with pytest.raises(UnableToKeepWay):
        make_main(row=person, kind=PHONE, value=HOME, member=inside.jieun, now=NOW)


def test_an_address_is_kept_in_parts_and_fills_the_city(inside: Cast) -> None:
    person = haneul(inside.jieun, address="04524 서울특별시 중구 세종대로 110, 3층")
    assert (person.city, person.postal_code, person.country) == ("서울", "04524", "KR")
    point = add_way(row=person, kind=ADDRESS, value="경기 성남시 분당구 불정로 6", now=NOW)
    assert point.parts == {"province": "경기도", "district": "성남시 분당구", "road": "불정로", "building": "6"}
    assert point.is_shared is False


@pytest.mark.parametrize(
    ("kind", "value"),
    [(EMAIL, "nobody"), (PHONE, "12"), (ADDRESS, " "), (ADDRESS, "900101-1234567"), (EMAIL, "a" * 300)],
)
def test_what_is_no_way_is_refused(inside: Cast, kind: ContactKind, value: str) -> None:
    with pytest.raises(UnableToKeepWay):
        add_way(row=haneul(inside.jieun), kind=kind, value=value, now=NOW)


def test_a_company_has_ways_too(inside: Cast) -> None:
    details = CompanyDetails(name="한빛상사", email="info@hanbit.example.com")
    company = create_company(member=inside.jieun, details=details, now=NOW)
    add_way(row=company, kind=EMAIL, value="tax@hanbit.example.com", use=ContactUse.BILLING, now=NOW)
    make_main(row=company, kind=EMAIL, value="tax@hanbit.example.com", member=inside.jieun, now=NOW)
    company.refresh_from_db()
    assert company.email == "tax@hanbit.example.com"
    assert [(way.value, way.is_shared) for way in ways_to_reach(company)] == [
        ("tax@hanbit.example.com", True),
        ("info@hanbit.example.com", True),
    ]
    assert Identity.objects.count() == 0


def test_the_card_adds_removes_and_exchanges(cast: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        person = haneul(cast.jieun)
        Person.objects.filter(pk=person.pk).update(owner=cast.jieun)
    client = client_of(cast.minsu)
    way = {"kind": "phone", "value": "02-312-3456", "use": "home"}
    assert client.post(f"/ways/person/{person.pk}/", way)["Location"] == f"/people/{person.pk}/#ways"
    card = client.get(f"/people/{person.pk}/").content.decode().split('id="ways"')[1].split("</section>")[0]
    assert HOME in card
    client.post(f"/ways/person/{person.pk}/main/", {"kind": "phone", "value": HOME})
    client.post(f"/ways/person/{person.pk}/remove/", {"kind": "phone", "value": MOBILE})
    with tenancy.workspace(cast.workspace.pk):
        person.refresh_from_db()
        assert (person.phone, led_by(person)) == (HOME, {"haneul@example.com", HOME})
    for stranger in (cast.dana, cast.lee):
        for act in ("", "main/", "remove/"):
            assert client_of(stranger).post(f"/ways/person/{person.pk}/{act}", way).status_code == 404
