"""What anybody can tell of a customer with the write key of a web site, which stands in its pages."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from dangol.customers.models import Consent, Person
from dangol.kit import tenancy
from dangol.tracking.operations import process_workspace
from tests.factories import make_person
from tests.messaging.making import agree
from tests.tracking.conftest import Sender, sender
from tests.tracking.http import post

__all__ = ["sender"]

HIDDEN = {
    "id": "01a20920-0000-7000-8000-000000000000", "owner": "lee@example.com", "workspace": "lee", "is_anonymous": True,
    "consent": "given", "marketing_consent": True, "consents": [{"purpose": "marketing", "state": "given"}],
    "deleted_at": "2026-01-01T00:00:00Z", "merged_into": "x", "origin": "api", "won": {"email": "x"}, "is_staff": True,
}  # fmt: skip


@pytest.mark.shows("AC-39", "AC-06")
def test_nobody_changes_whose_a_customer_is_or_what_they_agreed_to(sender: Sender) -> None:
    cast = sender.cast
    with tenancy.workspace(sender.workspace_id):
        known = make_person(cast.jieun, email="haneul@example.com", owner=cast.jieun)
        agree(known, at=timezone.now() - timedelta(days=1), state="withdrawn")
        before = as_kept()
        ids = {"owner_id": str(cast.lee.pk), "workspace_id": str(cast.other_workspace.pk)}

    for told in ({"userId": "u1"}, {"anonymousId": "a1"}):
        traits = {"email": "haneul@example.com"} | HIDDEN | ids
        assert post("/v1/identify", told | {"type": "identify", "traits": traits}, sender.key).status_code == 200
    process_workspace(sender.workspace_id)

    with tenancy.workspace(sender.workspace_id):
        assert as_kept() == before
        assert Person.objects.filter(email="haneul@example.com").count() == 1
    with tenancy.workspace(cast.other_workspace.pk):
        assert not Person.objects.exists()


def as_kept() -> list[Any]:
    people = Person.objects.filter(email="haneul@example.com").values_list("pk", "owner", "is_anonymous", "workspace")
    return [*people, *Consent.objects.values_list("person", "purpose", "state")]
