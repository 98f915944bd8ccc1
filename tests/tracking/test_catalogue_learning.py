"""What the catalogue learns from events, warns of, and does to them before they are stored."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from dangol.kit import tenancy
from dangol.tracking.contracts import Delivery, delivery_decoder
from dangol.tracking.enums import EventRule, PropertyRule
from dangol.tracking.models import (
    DeadLetter,
    Event,
    EventDefinition,
    HourlyCount,
    PropertyDefinition,
    Sample,
    SchemaWarning,
)
from dangol.tracking.operations import compare_volumes, keep_samples, rule_event, rule_property, try_again
from tests.factories import NOW
from tests.people import Cast
from tests.tracking.test_processing import Inbox, inbox, track

__all__ = ["inbox"]
RESIDENT = "900101-1234567"
CARD = "4111 1111 1111 1111"


def viewed(**properties: Any) -> dict[str, Any]:
    return track(properties=properties)


def types() -> dict[str, list[str]]:
    return dict(PropertyDefinition.objects.order_by("name").values_list("name", "types"))


def warnings() -> list[tuple[str, str, str, int]]:
    found = SchemaWarning.objects.filter(closed_at=None).order_by("kind", "property")
    return list(found.values_list("event__name", "property", "kind", "times"))


def make_old(inbox: Inbox) -> None:
    EventDefinition.objects.filter(workspace=inbox.workspace).update(first_seen_at=NOW - timedelta(days=30))


def test_names_properties_types_and_hours_are_learnt(inbox: Inbox) -> None:
    inbox.take(
        viewed(sku="a", price=1.5, gift=True, tags=[], box={}, nothing=None),
        {"type": "identify", "userId": "u1", "traits": {"plan": "gold"}},
    )
    inbox.put("batch", {"batch": [viewed(sku="b") | {"messageId": "m"}, viewed(sku="b") | {"messageId": "m"}]})
    inbox.process()
    with tenancy.workspace(inbox.workspace.pk):
        assert dict(EventDefinition.objects.values_list("name", "kind")) == {
            "Product Viewed": "track",
            "Identified": "identify",
        }
        assert types() == {
            "box": ["object"],
            "gift": ["flag"],
            "plan": ["text"],
            "price": ["number"],
            "sku": ["text"],
            "tags": ["list"],
        }
        hour = datetime(2026, 11, 22, 3, tzinfo=UTC)
        assert sorted(HourlyCount.objects.values_list("name", "hour", "source_id", "count")) == [
            ("Identified", hour, inbox.source.pk, 1),
            ("Product Viewed", hour, inbox.source.pk, 2),
        ]
        assert warnings() == []


def test_drift_is_warned_of_once(inbox: Inbox) -> None:
    inbox.take(viewed(price=1))
    with tenancy.workspace(inbox.workspace.pk):
        make_old(inbox)
    inbox.take(viewed(price="1"), viewed(price="2"), viewed(price=1, colour="red"))
    with tenancy.workspace(inbox.workspace.pk):
        assert types() == {"colour": ["text"], "price": ["number", "text"]}
        assert warnings() == [
            ("Product Viewed", "colour", "new_property", 1),
            ("Product Viewed", "price", "type_changed", 1),
        ]
        changed = SchemaWarning.objects.get(kind="type_changed")
        assert changed.detail == {"was": ["number"], "now": ["text"]}


def test_an_event_outside_of_the_plan_is_told(inbox: Inbox, cast: Cast) -> None:
    inbox.take(viewed())
    with tenancy.workspace(inbox.workspace.pk):
        rule_event(event=EventDefinition.objects.get(), rule=EventRule.EXPECTED, member=cast.admin, now=NOW)
    inbox.take(viewed(), track(event="Prodcut Viewed"))
    with tenancy.workspace(inbox.workspace.pk):
        assert warnings() == [("Prodcut Viewed", "", "unplanned", 1)]


def test_personal_numbers_are_never_stored(inbox: Inbox) -> None:
    inbox.take(
        viewed(memo=f"번호 {RESIDENT}", card=CARD, nested={"list": [CARD]}, price=1.10),
        {"type": "identify", "userId": "u2", "traits": {"memo": RESIDENT}, "context": {"note": CARD}},
        track(userId=RESIDENT),
        {"type": "track", "event": "x", "properties": {"memo": RESIDENT}},
    )
    with tenancy.workspace(inbox.workspace.pk):
        kept = [*Event.objects.values_list("name", "properties", "context")]
        letters = {letter.code: bytes(letter.body) for letter in DeadLetter.objects.all()}
        everything = repr(kept) + repr(letters) + repr([*SchemaWarning.objects.values()])
        assert Event.objects.get(name="Product Viewed").properties == {
            "memo": "번호 900101-*******",
            "card": "**** **** **** 1111",
            "nested": {"list": ["**** **** **** 1111"]},
            "price": 1.1,
        }
        assert "1234567" not in everything
        assert CARD not in everything
        assert sorted(letters) == ["no_id", "resident_id"]
        assert sorted(warnings()) == [
            ("Identified", "context", "card_number", 1),
            ("Identified", "memo", "resident_number", 1),
            ("Product Viewed", "card", "card_number", 1),
            ("Product Viewed", "memo", "resident_number", 1),
            ("Product Viewed", "nested", "card_number", 1),
        ]


@pytest.mark.parametrize(
    ("rule", "kept"),
    [
        (PropertyRule.MASK, {"card": "***", "sku": "a"}),
        (PropertyRule.DROP, {"sku": "a"}),
        (PropertyRule.TRUST, {"card": CARD, "sku": "a"}),
        (PropertyRule.BLOCK, None),
        (PropertyRule.EXPECTED, {"card": "**** **** **** 1111", "sku": "a"}),
    ],
)
def test_rules_of_properties_are_kept(
    inbox: Inbox, cast: Cast, rule: PropertyRule, kept: dict[str, Any] | None
) -> None:
    inbox.take(viewed(card="none", sku="a"))
    with tenancy.workspace(inbox.workspace.pk):
        rule_property(definition=PropertyDefinition.objects.get(name="card"), rule=rule, member=cast.admin, now=NOW)
        Event.objects.all().delete()
    inbox.take(viewed(card=CARD, sku="a"))
    with tenancy.workspace(inbox.workspace.pk):
        assert [event.properties for event in Event.objects.all()] == ([kept] if kept is not None else [])
        letters = list(DeadLetter.objects.values_list("code", "detail", "call"))
        assert letters == ([] if kept is not None else [("blocked_property", "card", "track")])


def test_traits_in_the_context_obey_too(inbox: Inbox, cast: Cast) -> None:
    identify = {"type": "identify", "userId": "u1", "traits": {"born": "1990-01-01"}}
    inbox.take(identify)
    with tenancy.workspace(inbox.workspace.pk):
        born = PropertyDefinition.objects.get(name="born")
        rule_property(definition=born, rule=PropertyRule.DROP, member=cast.admin, now=NOW)
        Event.objects.all().delete()
    inbox.take(identify | {"context": {"traits": {"born": "1990-01-01", "plan": "gold"}}})
    with tenancy.workspace(inbox.workspace.pk):
        event = Event.objects.get()
        assert (event.properties, event.context) == ({}, {"traits": {"plan": "gold"}})


def test_an_event_that_is_kept_out_waits_and_comes_back(inbox: Inbox, cast: Cast) -> None:
    inbox.take(viewed())
    with tenancy.workspace(inbox.workspace.pk):
        rule_event(event=EventDefinition.objects.get(), rule=EventRule.BLOCK, member=cast.admin, now=NOW)
    inbox.take(viewed(), track(event="Cart Viewed"))
    with tenancy.workspace(inbox.workspace.pk):
        assert sorted(Event.objects.values_list("name", flat=True)) == ["Cart Viewed", "Product Viewed"]
        assert list(DeadLetter.objects.values_list("code", "call")) == [("blocked_event", "track")]
        rule_event(event=EventDefinition.objects.get(name="Product Viewed"), rule="", member=cast.admin, now=NOW)
        try_again(letters=DeadLetter.objects.all(), member=cast.admin, now=NOW)
    inbox.process()
    with tenancy.workspace(inbox.workspace.pk):
        assert (DeadLetter.objects.count(), Event.objects.filter(name="Product Viewed").count()) == (0, 2)


COMING = [100, 120, 90, 110, 100, 95, 105]


@pytest.mark.parametrize(
    ("last", "kind"), [(0, "stopped"), (40, "fewer"), (260, "more"), (50, None), (230, None), (100, None)]
)
def test_sudden_changes_of_volume_are_told(inbox: Inbox, last: int, kind: str | None) -> None:
    with tenancy.workspace(inbox.workspace.pk):
        EventDefinition.objects.create(
            workspace=inbox.workspace, name="Visit", kind="track", first_seen_at=NOW - timedelta(days=9)
        )
        for days_back, count in enumerate([last, *COMING]):
            HourlyCount.objects.create(
                workspace=inbox.workspace,
                source_id=inbox.source.pk,
                name="Visit",
                hour=NOW - timedelta(days=days_back, hours=1),
                count=count,
            )
        compare_volumes(workspace_id=inbox.workspace.pk, now=NOW)
        compare_volumes(workspace_id=inbox.workspace.pk, now=NOW)
        assert warnings() == ([("Visit", "", kind, 2)] if kind else [])
        HourlyCount.objects.filter(hour__gte=NOW - timedelta(hours=1)).update(count=100)
        compare_volumes(workspace_id=inbox.workspace.pk, now=NOW)
        assert warnings() == []


def test_an_event_that_just_began_is_not_judged(inbox: Inbox) -> None:
    with tenancy.workspace(inbox.workspace.pk):
        EventDefinition.objects.create(workspace=inbox.workspace, name="Visit", kind="track", first_seen_at=NOW)
        for days_back in range(1, 4):
            HourlyCount.objects.create(
                workspace=inbox.workspace, source_id=inbox.source.pk, name="Visit", count=100,
                hour=NOW - timedelta(days=days_back),
            )  # fmt: skip
        compare_volumes(workspace_id=inbox.workspace.pk, now=NOW)
        assert warnings() == []


def test_documents_kept_for_showing_hold_no_personal_numbers(inbox: Inbox) -> None:
    document = f'{{"memo": "{RESIDENT}", "card": 4111111111111111}}'
    with tenancy.workspace(inbox.workspace.pk):
        keep_samples(source=inbox.source, deliveries=[Delivery("d1", msgspec.Raw(document.encode()))], now=NOW)
        body = bytes(Sample.objects.get().body)
    assert bytes(delivery_decoder.decode(body).document) == b'{"memo": "900101-*******", "card": "************1111"}'
