"""Somebody in the trash goes on living: nothing that they do is lost, and nothing brings them back."""

from typing import Any

from django.utils import timezone

from dangol.customers.models import Change, Company, Person
from dangol.customers.operations import move_to_trash, restore_from_trash
from dangol.kit import tenancy
from dangol.tracking.models import DeadLetter, Event, Order
from tests.tracking.test_processing import Inbox, inbox

__all__ = ["inbox"]

IDENTIFY = {"userId": "u1", "traits": {"name": "김하늘", "city": "서울"}}


def test_what_somebody_in_the_trash_does_is_kept_and_brings_nobody_back(inbox: Inbox) -> None:
    inbox.put("identify", IDENTIFY)
    inbox.put("group", {"userId": "u1", "groupId": "g1", "traits": {"name": "단골상사"}})
    inbox.process()
    with tenancy.workspace(inbox.workspace.pk):
        person, company = Person.objects.get(), Company.objects.get()
        throw: dict[str, Any] = {"workspace_id": inbox.workspace.pk, "member": None, "now": timezone.now()}
        move_to_trash(kind="person", ids=[person.pk], **throw)
        move_to_trash(kind="company", ids=[company.pk], **throw)
    inbox.put("identify", IDENTIFY | {"traits": {"city": "부산"}})
    inbox.put("group", {"userId": "u1", "groupId": "g1", "traits": {"industry": "유통"}})
    inbox.put("track", {"userId": "u1", "event": "Order Completed", "properties": {"order_id": "A-1", "total": 5000}})
    inbox.process()
    with tenancy.workspace(inbox.workspace.pk):
        assert not Person.objects.exists()
        assert not Company.objects.exists()
        assert not DeadLetter.objects.exists()
        assert Event.objects.filter(person_id=person.pk).count() == 5
        assert Order.objects.get().person_id == person.pk
        told = Change.objects.filter(about_id=person.pk, kind="person").latest("id")
        assert (told.before, told.after, told.reason, told.member) == (
            {"city": "서울"},
            {"city": "부산"},
            "events",
            None,
        )
        restore_from_trash(kind="person", ids=[person.pk], **throw)
        assert Person.objects.get().city == "부산"
