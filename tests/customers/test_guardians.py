"""Children under 14: what they agreed to counts once a guardian has agreed too."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from dangol.customers.models import GuardianConsent, Person
from dangol.customers.operations import UnableToKeepGuardian, keep_guardian_consent, withdraw_guardian_consent
from dangol.customers.queries.guardians import is_child
from dangol.kit import tenancy
from dangol.messaging.enums import Stage
from dangol.messaging.operations import decide, replay
from dangol.workspaces.models import AuditEntry, Member
from tests.conftest import MemberClient
from tests.factories import NOW, make_person
from tests.messaging.making import agree, make_sender
from tests.people import Cast

pytestmark = pytest.mark.django_db

SignIn = Callable[[Member], MemberClient]
CHILD = date(2014, 5, 1)
FILLED = {"name": "김어머니", "contact": "010-1234-5678", "method": "call", "evidence": "통화 녹취 2026-11-20"}


def reasons(cast: Cast, person: Person, purpose: str = "marketing") -> list[str]:
    (decision,) = decide(
        workspace_id=cast.workspace.pk, person_ids=[person.pk], channel="email", purpose=purpose,
        origin_id=person.pk, stage=Stage.PREVIEW, now=NOW,
    )  # fmt: skip
    assert list(replay(decision).reasons) == decision.reasons
    return list(decision.reasons)


def make_child(cast: Cast, born_on: date | None = CHILD) -> Person:
    make_sender(cast.admin)
    person = make_person(cast.jieun, born_on=born_on)
    agree(person)
    return person


def test_a_childs_consent_counts_only_with_a_guardians(inside: Cast) -> None:
    child = make_child(inside)
    assert reasons(inside, child) == ["guardian_missing"]
    assert reasons(inside, child, "service") == []

    keep_guardian_consent(person=child, member=inside.admin, now=NOW, **FILLED)
    assert reasons(inside, child) == []

    withdraw_guardian_consent(person=child, member=inside.admin, now=NOW)
    assert reasons(inside, child) == ["guardian_missing"]
    assert set(AuditEntry.objects.values_list("verb", flat=True)) >= {"keep_guardian_consent"}


@pytest.mark.parametrize(
    ("born_on", "against"),
    [
        (None, []),
        (date(2012, 11, 1), []),
        (date(2012, 12, 1), ["guardian_missing"]),
        (date(1990, 1, 1), []),
    ],
)
def test_nobody_else_needs_one(inside: Cast, born_on: date | None, against: list[str]) -> None:
    assert reasons(inside, make_child(inside, born_on)) == against


@pytest.mark.parametrize(
    ("born_on", "moment", "is_one"),
    [
        (date(2012, 11, 22), datetime(2026, 11, 21, 14, 59, tzinfo=UTC), "child"),
        (date(2012, 11, 22), datetime(2026, 11, 21, 15, 0, tzinfo=UTC), "not"),
        (date(2012, 2, 29), datetime(2026, 2, 28, 3, 0, tzinfo=UTC), "child"),
        (date(2012, 2, 29), datetime(2026, 3, 1, 3, 0, tzinfo=UTC), "not"),
        (None, NOW, "not"),
    ],
)
def test_fourteen_is_counted_in_seoul(born_on: date | None, moment: datetime, is_one: str) -> None:
    assert is_child(Person(born_on=born_on), moment) is (is_one == "child")


def test_a_guardian_is_named_reached_and_proven_once(inside: Cast) -> None:
    child = make_child(inside)
    for name in ("name", "contact", "evidence"):
        with pytest.raises(UnableToKeepGuardian, match="who the guardian is"):
            keep_guardian_consent(person=child, member=inside.admin, now=NOW, **FILLED | {name: " "})
    with pytest.raises(UnableToKeepGuardian, match="No guardian"):
        withdraw_guardian_consent(person=child, member=inside.admin, now=NOW)
    keep_guardian_consent(person=child, member=inside.admin, now=NOW, **FILLED)
    with pytest.raises(UnableToKeepGuardian, match="already"):
        keep_guardian_consent(person=child, member=inside.admin, now=NOW, **FILLED)


def test_it_is_written_down_on_the_page_about_rights(cast: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        child = make_child(cast)
    client = client_of(cast.admin)
    assert 'id="guardian"' in client.get(f"/people/{child.pk}/rights/").content.decode()
    client.post(f"/people/{child.pk}/guardian/", FILLED)
    assert "김어머니" in client.get(f"/people/{child.pk}/rights/").content.decode()
    client.post(f"/people/{child.pk}/guardian/withdrawal/")
    with tenancy.workspace(cast.workspace.pk):
        assert GuardianConsent.objects.get().withdrawn_by_id == cast.admin.pk
