"""Where fields come from, choosing another value by hand, and the trust that administrators set."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from dangol.customers.models import Identity, Person, SourceTrust
from dangol.customers.operations import UnableToChoose, UnableToTrust, choose_value, set_trust, told
from dangol.kit import tenancy
from dangol.workspaces.models import Member
from tests.factories import NOW, make_person
from tests.people import Cast

SignIn = Callable[[Member], Client]


def contested(cast: Cast) -> Person:
    """Make a person about whose city and e-mail address a file and the events disagree."""
    person = make_person(cast.jieun, email="haneul@example.com", origin="import", city="서울", owner=cast.jieun)
    said = {"city": "부산", "email": "sky@example.com", "born_on": "1990-12-31"}
    told(workspace_id=person.workspace_id, origin="tracking", tellings=[(person.pk, said, NOW)], now=NOW)
    person.refresh_from_db()
    return person


def test_the_page_shows_who_won_and_lets_a_member_choose(cast: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        person = contested(cast)
    client = client_of(cast.minsu)
    card = client.get(f"/people/{person.pk}/").content.decode().split('id="provenance"')[1].split("</section>")[0]
    assert "서울" in card
    assert "부산" in card
    client.post(f"/provenance/person/{person.pk}/city/", {"origin": "tracking"})
    with tenancy.workspace(cast.workspace.pk):
        person.refresh_from_db()
    assert (person.city, person.won["city"]["origin"]) == ("부산", "staff")


def test_a_chosen_address_leads_to_the_person(inside: Cast) -> None:
    person = contested(inside)
    choose_value(row=person, field="email", origin="tracking", member=inside.jieun, now=timezone.now())
    person.refresh_from_db()
    assert person.email == "sky@example.com"
    assert list(Identity.objects.filter(person=person).values_list("value", flat=True)) == ["sky@example.com"]


def test_what_nobody_says_cannot_be_chosen(inside: Cast) -> None:
    person = contested(inside)
    for field, origin in (("city", "form"), ("country", "tracking"), ("external_id", "import")):
        with pytest.raises(UnableToChoose):
            choose_value(row=person, field=field, origin=origin, member=inside.jieun, now=NOW)


def test_a_person_of_one_source_shows_no_card(cast: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        person = make_person(cast.jieun)
    assert 'id="provenance"' not in client_of(cast.jieun).get(f"/people/{person.pk}/").content.decode()


def test_strangers_choose_nothing(cast: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        person = contested(cast)
    for stranger in (cast.dana, cast.lee):
        path = f"/provenance/person/{person.pk}/city/"
        assert client_of(stranger).post(path, {"origin": "tracking"}).status_code == 404
    assert client_of(cast.jieun).get(f"/provenance/person/{person.pk}/city/").status_code == 405


def test_administrators_set_the_trust(cast: Cast, client_of: SignIn) -> None:
    client = client_of(cast.admin)
    assert client.get("/settings/trust/").status_code == 200
    usual = {"import": "60", "source": "80", "form": "50", "tracking": "40", "event": "40"}
    form = {f"source-{origin}": rank for origin, rank in usual.items()}
    assert client.post("/settings/trust/", form).status_code == 302
    with tenancy.workspace(cast.workspace.pk):
        assert list(SourceTrust.objects.values_list("origin", "rank")) == [("source", 80)]
    assert client.post("/settings/trust/", form | {"source-form": "101"}).status_code == 422
    assert client_of(cast.jieun).get("/settings/trust/").status_code == 403


def test_the_hand_cannot_be_trusted_less(inside: Cast) -> None:
    for told_ranks in ({"staff": 10}, {"import": 101}):
        with pytest.raises(UnableToTrust):
            set_trust(workspace_id=inside.workspace.pk, told=told_ranks)
    set_trust(workspace_id=inside.workspace.pk, told={"import": 10})
    set_trust(workspace_id=inside.workspace.pk, told={"import": 60})
    assert SourceTrust.objects.count() == 0
