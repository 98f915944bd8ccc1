from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from dangol.customers import operations, queries
from dangol.customers.models import Consent, ConsentEntry, Person
from dangol.kit import tenancy
from dangol.workspaces.models import AuditEntry
from tests.factories import NOW, make_person
from tests.people import Cast


def standing(person: Person) -> list[tuple[str, str, str]]:
    return list(
        Consent.objects.filter(person=person).order_by("purpose", "channel").values_list("purpose", "channel", "state")
    )


def test_a_given_consent_stands_and_is_told(inside: Cast) -> None:
    person = make_person(inside.jieun)
    entry = operations.give_consent(
        person=person, channel="email", purpose="marketing", at=NOW, source="form", night=True,
        wording_version="2026-03", evidence={"page": "/join"}, by=inside.jieun,
    )  # fmt: skip
    assert (entry.state, entry.night, entry.wording_version, entry.evidence, entry.by_id) == (
        "given", True, "2026-03", {"page": "/join"}, inside.jieun.pk,
    )  # fmt: skip
    assert Consent.objects.get(person=person).entry_id == entry.pk
    assert AuditEntry.objects.get(verb="ConsentGiven").detail == {
        "person_id": str(person.pk), "entry_id": str(entry.pk), "purpose": "marketing", "channel": "email",
    }  # fmt: skip


def test_a_withdrawal_stands_at_once(inside: Cast) -> None:
    person = make_person(inside.jieun)
    operations.give_consent(person=person, channel="email", purpose="marketing", at=NOW, source="form")
    operations.withdraw_consent(person=person, channel="email", purpose="marketing", at=NOW, source="one click")
    assert standing(person) == [("marketing", "email", "withdrawn")]
    assert ConsentEntry.objects.filter(person=person).count() == 2
    assert AuditEntry.objects.filter(verb="ConsentWithdrawn").count() == 1


def test_an_older_line_is_kept_but_does_not_stand(inside: Cast) -> None:
    person = make_person(inside.jieun)
    operations.withdraw_consent(person=person, channel="email", purpose="marketing", at=NOW, source="page")
    operations.give_consent(
        person=person, channel="email", purpose="marketing", at=NOW - timedelta(days=9), source="import"
    )
    assert standing(person) == [("marketing", "email", "withdrawn")]
    assert ConsentEntry.objects.filter(person=person).count() == 2


def test_purposes_and_channels_stand_apart(inside: Cast) -> None:
    person = make_person(inside.jieun)
    operations.give_consent(person=person, channel="email", purpose="marketing", at=NOW, source="form")
    operations.give_consent(person=person, channel="sms", purpose="marketing", at=NOW, source="form")
    operations.withdraw_consent(person=person, channel="sms", purpose="service", at=NOW, source="call")
    assert standing(person) == [
        ("marketing", "email", "given"), ("marketing", "sms", "given"), ("service", "sms", "withdrawn"),
    ]  # fmt: skip


def test_many_consents_are_written_together(inside: Cast) -> None:
    people = [make_person(inside.jieun) for _ in range(3)]
    ids = operations.give_consents(
        workspace_id=inside.workspace.pk, person_ids=[person.pk for person in people], channel="email",
        purpose="marketing", at=NOW, source="import",
    )  # fmt: skip
    assert set(ConsentEntry.objects.values_list("pk", flat=True)) == set(ids)
    assert [standing(person) for person in people] == [[("marketing", "email", "given")]] * 3
    assert not AuditEntry.objects.exists()


def test_the_right_to_write_to_an_existing_customer_ends_after_six_months(inside: Cast) -> None:
    person = make_person(inside.jieun)
    bought = datetime(2026, 8, 31, 5, 0, tzinfo=UTC)
    entry = operations.give_consent(
        person=person, channel="email", purpose="marketing", at=bought, source="order", basis="existing_customer"
    )
    assert entry.expires_at == datetime(2027, 2, 28, 5, 0, tzinfo=UTC)
    longer = operations.give_consent(
        person=person, channel="sms", purpose="marketing", at=bought, source="order", basis="existing_customer",
        expires_at=bought + timedelta(days=900),
    )  # fmt: skip
    assert longer.expires_at == entry.expires_at


def test_consent_is_confirmed_again_within_two_years() -> None:
    assert queries.reconfirmation_due_at(datetime(2026, 11, 21, 20, 0, tzinfo=UTC)) == datetime(
        2028, 11, 21, 15, 0, tzinfo=UTC
    )
    assert queries.reconfirmation_due_at(datetime(2028, 2, 29, 0, 0, tzinfo=UTC)) == datetime(
        2030, 2, 27, 15, 0, tzinfo=UTC
    )


def test_a_consent_needs_a_source_and_a_future(inside: Cast) -> None:
    person = make_person(inside.jieun)
    with pytest.raises(operations.UnableToGiveConsent):
        operations.give_consent(person=person, channel="email", purpose="marketing", at=NOW, source=" ")
    with pytest.raises(operations.UnableToGiveConsent):
        operations.give_consent(
            person=person, channel="email", purpose="marketing", at=NOW, source="form", expires_at=NOW
        )
    assert not ConsentEntry.objects.exists()


def test_the_ledger_cannot_be_rewritten(inside: Cast) -> None:
    person = make_person(inside.jieun)
    operations.withdraw_consent(person=person, channel="email", purpose="marketing", at=NOW, source="page")
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        ConsentEntry.objects.filter(person=person).update(state="given")


def test_another_workspace_sees_no_consent(cast: Cast) -> None:
    with tenancy.workspace(cast.workspace.pk):
        operations.give_consent(
            person=make_person(cast.jieun), channel="email", purpose="marketing", at=NOW, source="form"
        )
        assert (ConsentEntry.objects.count(), Consent.objects.count()) == (1, 1)
    with tenancy.workspace(cast.lee.workspace_id):
        assert (ConsentEntry.objects.count(), Consent.objects.count()) == (0, 0)


def test_nobody_writes_consent_into_another_workspace(cast: Cast) -> None:
    with tenancy.workspace(cast.workspace.pk):
        person = make_person(cast.jieun)
    with tenancy.workspace(cast.lee.workspace_id), pytest.raises(DatabaseError), transaction.atomic():
        operations.give_consent(person=person, channel="email", purpose="marketing", at=NOW, source="form")
