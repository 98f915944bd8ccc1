"""What a role may not read stays masked, whichever way it is asked for."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from dangol.customers.models import ContactPoint, Identity, Person, Restriction
from dangol.customers.operations import UnableToSavePerson, change_person, details_of, take_request
from dangol.customers.queries import search
from dangol.kit.masking import Masked, MaskedRowError, masked_phone, masked_within, masking
from dangol.segments.contracts import InvalidDefinition
from dangol.segments.queries import estimate
from dangol.workspaces.enums import FieldAccess, Kind, Level, Role, Verb
from dangol.workspaces.models import CustomRole, Member
from dangol.workspaces.permissions import MASKED
from tests.factories import NOW, make_person
from tests.people import Cast

ClientOf = Callable[[Member], Client]
SECRETS = ("haneul@example.com", "haneul", "1234-5678", "12345678", "1990")


@pytest.fixture
def haneul(inside: Cast) -> Person:
    """Return somebody of 지은's, with everything that can be masked."""
    person = make_person(
        inside.admin, name="김하늘", email="haneul@example.com", owner=inside.jieun, phone="+821012345678",
        born_on=date(1990, 5, 1), city="서울",
    )  # fmt: skip
    Identity.objects.create(
        workspace=inside.workspace, person=person, kind="phone", value="+821012345678", origin="test"
    )
    ContactPoint.objects.create(
        workspace=inside.workspace, person=person, kind="email", value="haneul.kim@example.com", origin="test",
        first_told_at=NOW, last_told_at=NOW,
    )  # fmt: skip
    return person


@pytest.fixture
def clerk(inside: Cast) -> Member:
    """Return 지은 as somebody who does everything with customers but does not read how to reach them."""
    levels = {f"{Kind.PEOPLE}.{verb}": Level.ALL for verb in (Verb.SEE, Verb.CHANGE, Verb.EXPORT)}
    role = CustomRole.objects.create(
        workspace=inside.workspace, name="창구", levels=levels, fields={**MASKED, "city": FieldAccess.READ}
    )
    Member.objects.filter(pk=inside.jieun.pk).update(role=Role.CUSTOM, custom_role=role)
    return Member.objects.get(pk=inside.jieun.pk)


@pytest.mark.parametrize(
    ("number", "shown"),
    [("+821012345678", "010-****-5678"), ("+8221234567", "02-***-4567"), ("+12125550100", "+1 ***-***-0100")],
)
def test_a_number_keeps_its_ends(number: str, shown: str) -> None:
    assert masked_phone(number) == shown


@pytest.mark.shows("8.2.3", "AC-05")
@pytest.mark.parametrize(
    "page",
    [
        "/people/", "/people/?q=김하늘", "/people/{id}/", "/people/{id}/edit/", "/search/?q=김하늘", "/search/",
        "/lists/people/export.csv", "/people/{id}/history/", "/people/cells/{id}/country/?shown",
        "/people/{id}/timeline/",
    ],
)  # fmt: skip
def test_no_page_tells_what_is_masked(
    inside: Cast, haneul: Person, clerk: Member, client_of: ClientOf, page: str
) -> None:
    details = replace(details_of(haneul), city="부산")
    change_person(person=haneul, member=inside.admin, now=NOW, details=details)
    address = page.format(id=haneul.pk)
    told = "".join(_text(client_of(inside.admin).get(address)))
    hidden = "".join(_text(client_of(clerk).get(address)))
    assert "Not Found" not in hidden
    assert not [secret for secret in SECRETS if secret in hidden]
    if "@" in told or "5678" in told:
        assert "***" in hidden


def _text(answer: object) -> list[str]:
    assert answer.status_code == 200  # type: ignore[attr-defined] # a response of the test client
    parts = answer.streaming_content if answer.streaming else [answer.content]  # type: ignore[attr-defined] # as above
    return [part.decode() for part in parts]


@pytest.mark.shows("8.2.3", "AC-05")
@pytest.mark.parametrize("question", ["haneul@", "haneul@example.com", "5678", "010-1234-5678", "example.com"])
def test_nobody_is_found_by_what_is_masked(inside: Cast, haneul: Person, clerk: Member, question: str) -> None:
    assert [hit.id for hit in search(inside.admin, question)] == [haneul.pk]
    with masking(clerk.rights.masked):
        assert search(clerk, question) == []
        assert [hit.id for hit in search(clerk, "김하늘")] == [haneul.pk]


@pytest.mark.shows("8.2.3", "AC-05")
def test_no_list_is_sorted_by_what_is_masked(inside: Cast, haneul: Person, clerk: Member, client_of: ClientOf) -> None:
    make_person(inside.admin, name="가나다", email="zzz@example.com")
    make_person(inside.admin, name="라마바", email="aaa@example.com")
    client = client_of(clerk)
    by_email, as_usual = (_order(client, sort) for sort in ("email", "newest"))
    assert by_email == as_usual
    assert _order(client_of(inside.admin), "email") != as_usual


def _order(client: Client, sort: str) -> list[str]:
    page = client.get("/people/", {"sort": sort}).content.decode()
    return sorted(("가나다", "라마바", "김하늘"), key=page.index)


@pytest.mark.shows("8.2.3", "8.3.1", "AC-06")
def test_a_form_changes_the_rest_and_leaves_what_is_masked(haneul: Person, clerk: Member, client_of: ClientOf) -> None:
    client, address = client_of(clerk), f"/people/{haneul.pk}/edit/"
    told = {
        "name": "김하늘빛",
        "email": "stolen@example.com",
        "phone": "",
        "city": "제주",
        "language": "",
        "time_zone": "",
    }
    assert client.post(address, told).status_code == 302
    haneul.refresh_from_db()
    assert (haneul.name, haneul.email, haneul.phone) == ("김하늘빛", "haneul@example.com", "+821012345678")
    assert (haneul.born_on, haneul.city) == (date(1990, 5, 1), "서울")
    assert Identity.objects.filter(person=haneul).count() == 2


@pytest.mark.shows("8.3.1", "AC-06")
@pytest.mark.parametrize(("field", "value"), [("email", "x@example.com"), ("city", "제주"), ("phone", "010-9999-1234")])
def test_what_is_only_read_is_not_written_by_the_operation(
    haneul: Person, clerk: Member, client_of: ClientOf, field: str, value: str
) -> None:
    told: dict[str, Any] = {field: value}
    details = replace(details_of(haneul), **told)
    with pytest.raises(UnableToSavePerson):
        change_person(person=haneul, member=clerk, now=NOW, details=details)
    answer = client_of(clerk).post(f"/people/cells/{haneul.pk}/{field}/", {"value": value, "seen": ""})
    assert answer.status_code == 404


def test_a_mask_is_never_kept(haneul: Person, clerk: Member) -> None:
    with masking(clerk.rights.masked):
        masked = Person.objects.get(pk=haneul.pk)
    assert (masked.email, masked.phone, str(masked.born_on)) == ("h***@e***", "010-****-5678", "****-**-**")
    with pytest.raises(MaskedRowError):
        masked.save()
    with pytest.raises(MaskedRowError), transaction.atomic():
        Person.objects.filter(pk=haneul.pk).update(email=masked.email)
    assert isinstance(masked.email, Masked)


@pytest.mark.shows("8.2.3", "AC-05")
@pytest.mark.parametrize("name", sorted(MASKED))
def test_no_condition_asks_for_what_is_masked(inside: Cast, clerk: Member, name: str) -> None:
    asked = {"kind": "attribute", "attribute": name, "operator": "is_set"}
    estimate(asked, workspace_id=inside.workspace.pk, now=NOW)
    with masking(clerk.rights.masked), pytest.raises(InvalidDefinition):
        estimate(asked, workspace_id=inside.workspace.pk, now=NOW)


def test_who_may_read_sees_what_stands_there(inside: Cast, haneul: Person, client_of: ClientOf) -> None:
    page = client_of(inside.minsu).get(f"/people/{haneul.pk}/").content.decode()
    assert "haneul@example.com" in page
    assert "***" not in page


@pytest.fixture
def guard(inside: Cast) -> Member:
    """Return 지은 as somebody who guards privacy but does not read how to reach people."""
    levels = {f"{Kind.PEOPLE}.{Verb.SEE}": Level.ALL, f"{Kind.PRIVACY}.{Verb.CHANGE}": Level.ALL}
    role = CustomRole.objects.create(workspace=inside.workspace, name="보호", levels=levels, fields=MASKED)
    Member.objects.filter(pk=inside.jieun.pk).update(role=Role.CUSTOM, custom_role=role)
    return Member.objects.get(pk=inside.jieun.pk)


@pytest.mark.shows("8.2.3", "AC-05")
def test_what_people_wrote_to_the_desk_is_masked_and_kept(
    inside: Cast, haneul: Person, guard: Member, client_of: ClientOf
) -> None:
    said = "haneul.kim@example.com 으로, 010-1234-5678"
    asked = take_request(
        person=haneul, kind="restriction", note=said, identity_proof=said, member=inside.admin, now=NOW
    )
    client, address = client_of(guard), f"/settings/rights/{asked.pk}/"
    page = client.get(address).content.decode()
    assert not [secret for secret in SECRETS if secret in page]
    assert "h***@e***" in page
    client.post(f"{address}handling/", {"reply": "멈췄습니다", "owner_id": "", "identity_proof": "h***@e***"})
    client.post(f"{address}work/")
    asked.refresh_from_db()
    assert (asked.identity_proof, asked.reply, asked.state) == (said, "멈췄습니다", "done")
    assert Restriction.objects.get().reason == said
    page = client.get(f"/people/{haneul.pk}/rights/").content.decode()
    assert "멈췄" not in page
    assert "010-****-5678" in page
    assert not [secret for secret in SECRETS if secret in page]


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b'{"to": "h\\u0040x.example"}', b'{"to": "h***@x***"}'),
        (b'{"to": {"birthday": "1990-05-01"}}', b'{"to": {"birthday": "****-**-**"}}'),
        (b'{"to":  1}', b'{"to":  1}'),
        (b"to=h%40x.example", b"***"),
        (b"[" * 100_000, b"***"),
        (b"\xff", b"***"),
    ],
)
def test_of_a_body_that_nobody_can_read_nothing_is_told(body: bytes, shown: bytes) -> None:
    assert masked_within(body, frozenset(MASKED)) == shown
