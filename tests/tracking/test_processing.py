"""Time, repetition, poison, crashes and walls on the way from the inbox to the store."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from dangol.customers.models import Company, Identity, Person, Relation
from dangol.kit import tenancy
from dangol.kit.database_address import database_address
from dangol.tracking import calls
from dangol.tracking.models import DailyCount, DeadLetter, Event, InboxEntry, Order, SeenMessage
from dangol.tracking.operations import (
    UnableToTryAgain,
    create_source,
    process_workspace,
    processing,
    reading,
    storing,
    try_again,
)
from dangol.tracking.operations.processing import turn_of
from dangol.tracking.queries import events_of, order_totals, orders_of
from dangol.workspaces.models import AuditEntry
from tests.factories import NOW
from tests.people import Cast

RECEIVED = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


@pytest.fixture
def inbox(cast: Cast) -> "Inbox":
    return Inbox(cast)


class Inbox:
    """Acknowledged requests, as the collector leaves them."""

    def __init__(self, cast: Cast) -> None:
        self.workspace = cast.workspace
        with tenancy.workspace(cast.workspace.pk):
            self.source, self.key = create_source(member=cast.admin, name="Web shop", now=NOW)

    def put(self, call: str, body: Any, received_at: datetime = RECEIVED) -> None:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        with tenancy.workspace(self.workspace.pk):
            InboxEntry.objects.create(
                workspace=self.workspace, source_id=self.source.pk, call=call, received_at=received_at, body=raw
            )

    def process(self) -> None:
        process_workspace(self.workspace.pk)

    def take(self, *events: dict[str, Any]) -> None:
        for event in events:
            self.put("batch", {"batch": [event]})
            self.process()


def track(**told: Any) -> dict[str, Any]:
    return {"type": "track", "userId": "u1", "event": "Product Viewed"} | told


def letters() -> list[str]:
    return list(DeadLetter.objects.order_by("id").values_list("code", flat=True))


@pytest.mark.parametrize(
    ("told", "occurred_at"),
    [
        ({}, RECEIVED),
        ({"timestamp": "1997-01-05T10:00:00Z"}, datetime(1997, 1, 5, 10, tzinfo=UTC)),
        ({"timestamp": "2026-11-22T11:00:00+09:00"}, RECEIVED - timedelta(hours=1)),
        ({"timestamp": 1795316400}, datetime(2026, 11, 22, 3, tzinfo=UTC) + timedelta(0)),
        ({"timestamp": "2026-11-22T05:00:00Z", "sentAt": "2026-11-22T05:00:10Z"}, RECEIVED - timedelta(seconds=10)),
        (
            {"originalTimestamp": "2026-11-22T01:00:00Z", "sentAt": "2026-11-22T01:30:00Z"},
            RECEIVED - timedelta(minutes=30),
        ),
        (
            {"timestamp": "2026-11-20T01:00:00Z", "originalTimestamp": "2026-11-22T01:00:00Z"},
            datetime(2026, 11, 20, 1, tzinfo=UTC),
        ),
        ({"timestamp": "2031-01-01T00:00:00Z"}, RECEIVED),
    ],
)
def test_an_event_keeps_its_own_time(inbox: Inbox, told: dict[str, Any], occurred_at: datetime) -> None:
    inbox.take(track(**told))
    with tenancy.workspace(inbox.workspace.pk):
        event = Event.objects.get()
    assert (event.occurred_at, event.received_at) == (occurred_at, RECEIVED)


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ({"context": {"traits": {"name": "하늘"}}}, "하늘"),
        ({"traits": {"name": "바다"}, "context": {"traits": {"name": "하늘"}}}, "바다"),
        ({"context": {"traits": ["하늘"]}}, ""),
    ],
)
def test_what_identify_tells_may_stand_in_the_context(inbox: Inbox, told: dict[str, Any], name: str) -> None:
    inbox.take({"type": "identify", "userId": "u1"} | told)
    with tenancy.workspace(inbox.workspace.pk):
        assert Person.objects.get().name == name


def test_an_event_from_the_future_says_what_it_claimed(inbox: Inbox) -> None:
    inbox.take(track(timestamp="2031-01-01T00:00:00Z", context={"ip": "192.0.2.1"}))
    with tenancy.workspace(inbox.workspace.pk):
        assert Event.objects.get().context == {"ip": "192.0.2.1", "dangol": {"claimed_at": "2031-01-01T00:00:00+00:00"}}


def test_a_repeated_message_is_stored_once_however_it_is_sent(inbox: Inbox) -> None:
    first = track(messageId="m1", timestamp="2026-11-22T01:00:00Z")
    inbox.put("batch", {"batch": [first, first], "sentAt": "2026-11-22T01:00:01Z"})
    inbox.put("batch", {"batch": [first], "sentAt": "2026-11-22T01:05:00Z"})
    inbox.process()
    inbox.put("track", track(messageId="m1", sentAt="2026-11-22T02:00:00Z"))
    inbox.process()
    with tenancy.workspace(inbox.workspace.pk):
        assert (Event.objects.count(), SeenMessage.objects.count()) == (1, 1)
        assert list(DailyCount.objects.values_list("name", "count")) == [("Product Viewed", 1)]


def test_beside_a_repeated_message_the_new_one_is_stored(inbox: Inbox) -> None:
    inbox.take(track(messageId="m1"))
    inbox.put("batch", {"batch": [track(messageId="m1"), track(messageId="m2")]})
    inbox.process()
    with tenancy.workspace(inbox.workspace.pk):
        assert sorted(Event.objects.values_list("message_id", flat=True)) == ["m1", "m2"]


def test_a_message_without_id_gets_one_of_its_own(inbox: Inbox) -> None:
    inbox.put("batch", {"batch": [track(), track()]})
    inbox.process()
    with tenancy.workspace(inbox.workspace.pk):
        assert Event.objects.count() == 2


def test_the_same_message_id_of_two_workspaces_is_two_messages_and_lee_sees_his_only(cast: Cast, inbox: Inbox) -> None:
    inbox.take(track(messageId="m1", properties={"canary": "지은"}))
    with tenancy.workspace(cast.other_workspace.pk):
        source, _key = create_source(member=cast.lee, name="Web shop", now=NOW)
        InboxEntry.objects.create(
            workspace=cast.other_workspace, source_id=source.pk, call="track", received_at=RECEIVED,
            body=json.dumps(track(messageId="m1")).encode(),
        )  # fmt: skip
    assert process_workspace(cast.workspace.pk) == 0
    assert process_workspace(cast.other_workspace.pk) == 1
    with tenancy.workspace(cast.other_workspace.pk):
        assert [event.properties for event in Event.objects.all()] == [{}]
        assert (Person.objects.count(), Identity.objects.count(), DailyCount.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"type": "track", "event": "e"}, "no_id"),
        ({"type": "track", "userId": "u"}, "no_name"),
        ({"type": "track", "userId": "u", "event": "  "}, "no_name"),
        ({"type": "dance", "userId": "u"}, "unknown_type"),
        ({"type": "group", "userId": "u"}, "no_target"),
        ({"type": "alias", "userId": "u"}, "no_target"),
        ({"type": "track", "userId": "u", "event": "e" * 201}, "too_long"),
        ({"type": "track", "userId": "u" * 201, "event": "e"}, "too_long"),
        ({"type": "track", "userId": "u", "event": "e", "messageId": "m" * 301}, "too_long"),
        ({"type": "track", "userId": "u", "event": "e", "properties": []}, "wrong_shape"),
        ({"type": "track", "userId": ["u"], "event": "e"}, "wrong_shape"),
        ({"type": "track", "userId": "u", "event": "e", "timestamp": "yesterday"}, "bad_time"),
        ({"type": "track", "userId": "u", "event": "e", "timestamp": 1e300}, "bad_time"),
        ({"type": "track", "userId": "u", "event": "e", "timestamp": "0001-01-01T00:00:00Z"}, "too_old"),
        ({"type": "track", "userId": "u", "event": "e", "properties": {"a": "\x00"}}, "nul_character"),
        ({"type": "track", "userId": "u\x00", "event": "e"}, "nul_character"),
        (b'{"type": "track", "userId": "u", "event": "e", "properties": {"a": 1e999999}}', "unreadable"),
        (b'{"type": "track", "userId": "u", "event": "e", "properties": {"a": "\xff"}}', "not_json"),
        (
            b'{"type": "track", "userId": "u", "event": "e", "properties": {"a":' + b"[" * 900 + b"]" * 900 + b"}}",
            "unreadable",
        ),
        (b'{"type": "track", "userId": "u", "event": "e", "properties": {"a": 1' + b"0" * 5000 + b"}}", "unreadable"),
        (b'{"type": "track", "userId": "u", "event": "e", "properties": {"a": "\\\\u0000"}}', ""),
    ],
)
def test_poison_is_put_aside_and_blocks_nobody(inbox: Inbox, body: Any, code: str) -> None:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    good = json.dumps(track()).encode()
    inbox.put("batch", b'{"batch": [' + b",".join([good, raw, good]) + b"]}")
    inbox.put("track", track())
    inbox.process()
    with tenancy.workspace(inbox.workspace.pk):
        assert letters() == ([code] if code else [])
        assert Event.objects.count() == (3 if code else 4)
        assert InboxEntry.objects.count() == 0
        if code:
            assert bytes(DeadLetter.objects.get().body) == raw


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff", b'{"batch": 7}', b"[" * 100_000, b'{"batch": [{"a": "\\ud800"}]}']
)
def test_a_request_that_is_no_json_is_put_aside_whole(inbox: Inbox, body: bytes) -> None:
    inbox.put("batch", body)
    inbox.put("track", track())
    inbox.process()
    with tenancy.workspace(inbox.workspace.pk):
        assert (letters(), Event.objects.count()) == (["not_json"], 1)


def test_a_crash_between_claim_and_commit_loses_and_doubles_nothing(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox.put("batch", {"batch": [track(messageId="m1"), track(messageId="m2")]})

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(storing, "_tell", crash)
        with pytest.raises(KeyboardInterrupt):
            inbox.process()
    with tenancy.workspace(inbox.workspace.pk):
        assert (Event.objects.count(), InboxEntry.objects.count()) == (0, 1)
    inbox.process()
    with tenancy.workspace(inbox.workspace.pk):
        assert (Event.objects.count(), InboxEntry.objects.count()) == (2, 0)


def test_a_long_inbox_is_read_ahead_and_stored_once(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "CHUNK_ENTRIES", 2)
    for number in range(7):
        inbox.put("track", track(messageId=f"m{number}"))
    inbox.process()
    with tenancy.workspace(inbox.workspace.pk):
        stored = sorted(Event.objects.values_list("message_id", flat=True))
        assert (stored, InboxEntry.objects.count()) == ([f"m{number}" for number in range(7)], 0)


def test_calls_that_only_name_people_hold_no_event_up(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "NAMING_ENTRIES", 2)
    monkeypatch.setattr(reading, "CHUNK_ENTRIES", 1)
    for number in range(5):
        inbox.put("identify", {"userId": f"u{number}", "traits": {}})
    for number in range(2):
        inbox.put("track", track(messageId=f"m{number}"))
    stored: list[list[str]] = []
    with reading.Reader(inbox.workspace.pk) as reader:
        while processing.process_chunk(reader):
            with tenancy.workspace(inbox.workspace.pk):
                kinds = list(Event.objects.order_by("id").values_list("kind", flat=True))
            stored.append(kinds[sum(len(part) for part in stored) :])
    assert stored == [["track"], ["identify"] * 2, ["track"], ["identify"] * 2, ["identify"]]


def test_requests_that_another_process_stored_meanwhile_are_left_to_it(inbox: Inbox) -> None:
    inbox.put("batch", {"batch": [track(), track()]})

    class Slow(reading.Reader):
        """Somebody else is quicker, once."""

        def take(self) -> reading.Reading:
            read = super().take()
            if len(read.ids) == 1:
                inbox.process()
                inbox.put("track", track())
                inbox.put("track", track())
            return read

    with Slow(inbox.workspace.pk) as reader:
        assert processing.process_chunk(reader) == 2
    with tenancy.workspace(inbox.workspace.pk):
        assert (Event.objects.count(), InboxEntry.objects.count()) == (4, 0)


def test_counts_and_orders_of_a_person(inbox: Inbox) -> None:
    order = {"order_id": 7, "revenue": "12,000", "products": [{"product_id": "x", "quantity": 2, "price": 6000}]}
    inbox.take(track(), track(), track(event="Order Completed", properties=order))
    with tenancy.workspace(inbox.workspace.pk):
        person = Person.objects.get()
        assert [event.name for event in events_of(person)] == ["Order Completed", "Product Viewed", "Product Viewed"]
        assert [(one.number, one.amount, one.currency, one.item_count) for one in orders_of(person)] == [
            ("7", Decimal(12000), "KRW", 2)
        ]
        totals = order_totals(workspace_id=inbox.workspace.pk, person_ids=[person.pk])[person.pk]
        assert (totals.count, totals.amount, totals.first_at, totals.last_at) == (1, Decimal(12000), RECEIVED, RECEIVED)
        assert set(DailyCount.objects.values_list("name", "count", "amount")) == {
            ("Product Viewed", 2, Decimal(0)),
            ("Order Completed", 1, Decimal(12000)),
        }


def test_the_first_event_of_an_order_number_wins(inbox: Inbox) -> None:
    for total in (100, 200):
        inbox.take(track(event="Order Completed", properties={"order_id": "A", "total": total}))
    with tenancy.workspace(inbox.workspace.pk):
        assert [order.amount for order in Order.objects.all()] == [100]


@pytest.mark.parametrize(
    ("properties", "detail"),
    [
        ({"total": 1}, "order_id"),
        ({"order_id": "A"}, "total"),
        ({"order_id": "A", "total": "free"}, "total"),
        ({"order_id": "A", "total": 10**15}, "total"),
        ({"order_id": "A", "total": 1, "currency": "WON!"}, "currency"),
        ({"order_id": "A", "total": 1, "products": [{"quantity": -1}]}, "quantity"),
        ({"order_id": "A", "total": 1, "products": "tea"}, "products"),
    ],
)
def test_an_unreadable_order_is_told_and_its_event_kept(inbox: Inbox, properties: dict[str, Any], detail: str) -> None:
    inbox.take(track(event="Order Completed", properties=properties))
    with tenancy.workspace(inbox.workspace.pk):
        letter = DeadLetter.objects.get()
        assert (letter.code, letter.detail, letter.source_id) == ("bad_order", detail, inbox.source.pk)
        assert (Event.objects.count(), Order.objects.count()) == (1, 0)


def test_a_group_call_makes_a_company_and_a_member(inbox: Inbox) -> None:
    group = {"type": "group", "userId": "u1", "groupId": "c1", "traits": {"name": "단골상사", "plan": "gold"}}
    inbox.take(group, group, group | {"userId": "u2"})
    with tenancy.workspace(inbox.workspace.pk):
        company = Company.objects.get()
        assert (company.name, company.external_id, company.fields) == ("단골상사", "c1", {"plan": "gold"})
        assert Relation.objects.count() == 2


def test_pages_and_screens_keep_their_name(inbox: Inbox) -> None:
    inbox.take(
        {"type": "page", "userId": "u", "name": "Home", "properties": {"path": "/"}}, {"type": "screen", "userId": "u"}
    )
    with tenancy.workspace(inbox.workspace.pk):
        assert list(Event.objects.order_by("id").values_list("name", "properties")) == [
            ("Page Viewed", {"name": "Home", "path": "/"}),
            ("Screen Viewed", {}),
        ]


def test_two_processors_do_not_take_the_same_chunk(inbox: Inbox) -> None:
    """The lock belongs to a transaction: while one holds it, another session finds nothing to do."""
    import psycopg

    inbox.put("track", track())
    with psycopg.connect(database_address()) as other:
        other.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [turn_of(inbox.workspace.pk)])
        assert process_workspace(inbox.workspace.pk) == 0
    assert process_workspace(inbox.workspace.pk) == 1


def try_all(inbox: Inbox, cast: Cast, **chosen: Any) -> int:
    with tenancy.workspace(cast.workspace.pk):
        return try_again(letters=DeadLetter.objects.filter(**chosen), member=cast.admin, now=NOW)


def test_letters_of_every_shape_are_taken_in_again(inbox: Inbox, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "EVENT_BYTES", 10)
    inbox.take(track(messageId="m1"))
    inbox.put("track", {"userId": "u1", "event": "Product Viewed", "messageId": "m2"})
    inbox.process()
    inbox.put("batch", b"{broken")
    inbox.process()
    with tenancy.workspace(cast.workspace.pk):
        assert letters() == ["too_large", "too_large", "not_json"]
    monkeypatch.undo()
    assert try_all(inbox, cast) == 3
    inbox.process()
    with tenancy.workspace(cast.workspace.pk):
        assert sorted(Event.objects.values_list("message_id", flat=True)) == ["m1", "m2"]
        assert set(Event.objects.values_list("received_at", flat=True)) == {RECEIVED}
        assert letters() == ["not_json"]
        assert AuditEntry.objects.get(verb="try_dead_letters_again").detail == {
            "codes": ["not_json", "too_large"],
            "letters": 3,
        }


def test_what_was_stored_is_not_tried_again(inbox: Inbox, cast: Cast) -> None:
    inbox.take(track(event="Order Completed", properties={"total": "x"}))
    with pytest.raises(UnableToTryAgain):
        try_all(inbox, cast)
    with tenancy.workspace(cast.workspace.pk):
        assert letters() == ["bad_order"]
