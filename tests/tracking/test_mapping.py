"""Documents that are no calls of the API, and what somebody said about their fields."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dangol.kit import tenancy
from dangol.tracking.calls import Draft, InboxBody, Unusable
from dangol.tracking.contracts import MAPPED, Delivery, FieldMapping, flattened, mapped_call, read_delivery
from dangol.tracking.models import DeadLetter, Event, Order, OrderLine, Sample
from dangol.tracking.operations import UnableToMapFields, set_mapping, take_deliveries, try_again
from tests.conftest import MemberClient
from tests.factories import NOW
from tests.people import Cast
from tests.tracking.test_processing import Inbox, inbox
from tests.tracking.test_sources import ClientOf

__all__ = ["inbox"]

ORDER = {
    "event": "orders/paid",
    "order": {"no": "20261122-1", "paid": "38,000", "at": "2026-11-22 11:00:00", "memo": "빨리"},
    "buyer": {"email": "haneul@example.com", "tel": "010-1234-5678"},
    "items": [{"code": "tea", "qty": 2, "price": 14000}, {"code": "cup", "qty": 1, "price": 10000}],
}
FIELDS = {
    "event": "event",
    "order.no": "order_id",
    "order.paid": "total",
    "order.at": "time",
    "buyer.email": "email",
    "buyer.tel": "phone",
    "items.*.code": "line.sku",
    "items.*.qty": "line.quantity",
    "items.*.price": "line.price",
    "order.memo": "left_out",
}
NAMES = {"orders/paid": "Order Completed"}


def send(inbox: Inbox, document: Any, own_id: str = "1", topic: str = "") -> None:
    with tenancy.workspace(inbox.workspace.pk):
        raw = msgspec.Raw(json.dumps(document).encode())
        take_deliveries(source=inbox.source, deliveries=[Delivery(own_id, raw, topic)], now=NOW)
    inbox.process()


def explain(inbox: Inbox, cast: Cast, fields: dict[str, str], event: str = "", **names: str) -> None:
    with tenancy.workspace(inbox.workspace.pk):
        set_mapping(source=inbox.source, fields=fields, event=event, names=NAMES | names, member=cast.admin, now=NOW)


def test_an_order_of_a_shop_becomes_an_order(inbox: Inbox, cast: Cast) -> None:
    explain(inbox, cast, FIELDS)
    for _time in range(3):
        send(inbox, ORDER)
    with tenancy.workspace(inbox.workspace.pk):
        event, order = Event.objects.get(), Order.objects.select_related("person").get()
        lines = list(OrderLine.objects.order_by("position").values_list("sku", "quantity", "price"))
    assert (event.name, event.occurred_at) == ("Order Completed", datetime(2026, 11, 22, 2, tzinfo=UTC))
    assert "memo" not in json.dumps(event.properties)
    assert (order.number, order.amount, order.currency) == ("20261122-1", Decimal(38000), "KRW")
    assert (order.person.email, order.person.phone) == ("haneul@example.com", "+821012345678")
    assert lines == [("tea", 2, Decimal(14000)), ("cup", 1, Decimal(10000))]


def test_what_came_before_the_explanation_is_tried_again(inbox: Inbox, cast: Cast) -> None:
    send(inbox, [ORDER, "nonsense", ORDER | {"order": {"no": 2, "paid": 5, "at": "gestern"}}])
    with tenancy.workspace(inbox.workspace.pk):
        assert list(DeadLetter.objects.values_list("code", flat=True)) == ["not_mapped"] * 3
    explain(inbox, cast, FIELDS)
    with tenancy.workspace(inbox.workspace.pk):
        assert try_again(letters=DeadLetter.objects.all(), member=cast.admin, now=NOW) == 3
    inbox.process()
    send(inbox, [ORDER])
    with tenancy.workspace(inbox.workspace.pk):
        assert sorted(DeadLetter.objects.values_list("code", flat=True)) == ["bad_time", "wrong_shape"]
        assert list(Order.objects.values_list("number", flat=True)) == ["20261122-1"]


def test_parts_of_a_topic_are_fields(inbox: Inbox, cast: Cast) -> None:
    explain(inbox, cast, {"@topic.2": "anonymous_id", "@topic.3": "event"})
    send(inbox, {"temperature": 21.5}, topic="shop/door-7/Opened")
    with tenancy.workspace(inbox.workspace.pk):
        event = Event.objects.get()
    assert (event.anonymous_id, event.name, event.properties) == ("door-7", "Opened", {"temperature": 21.5})


@pytest.mark.parametrize(
    ("told", "at"),
    [
        ("2026-11-22T03:00:00Z", "2026-11-22T03:00:00+00:00"),
        ("2026.11.22 12:00", "2026-11-22T12:00:00+09:00"),
        ("2026/1/2", "2026-01-02T00:00:00+09:00"),
        ("20261122", "2026-11-22T00:00:00+09:00"),
        (1795316400, "2026-11-22T03:00:00+00:00"),
        ("1795316400123", "2026-11-22T03:00:00.123000+00:00"),
    ],
)
def test_times_are_read_as_shops_write_them(told: Any, at: str) -> None:
    mapping = FieldMapping({"at": "time"}, event="Visited", zone="Asia/Seoul")
    assert mapped_call({"at": told}, mapping, message_id="1")["timestamp"] == at


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_no_document_breaks_the_processor(document: Any) -> None:
    """Whatever comes becomes events or problems, and its fields can be listed."""
    delivery = Delivery("1", msgspec.Raw(msgspec.json.encode(document)))
    paths = list(flattened(document)) if isinstance(document, dict) else []
    mapping = FieldMapping(dict(zip(paths, ["user_id", "event", "time", "line.sku", "email"], strict=False)), event="X")
    entry = InboxBody(1, uuid4(), MAPPED, NOW, msgspec.json.encode(delivery))
    for read in read_delivery(entry, mapping):
        assert isinstance(read, Draft) or read.call == MAPPED


def test_a_mapping_says_who_and_what(inbox: Inbox, cast: Cast) -> None:
    with pytest.raises(UnableToMapFields, match="who it was"):
        explain(inbox, cast, {"a": "event"})
    with pytest.raises(UnableToMapFields, match="names the event"):
        explain(inbox, cast, {"a": "user_id"})
    with pytest.raises(Unusable):
        mapped_call([], FieldMapping(), message_id="1")


def test_the_page_shows_what_came_and_keeps_what_it_means(inbox: Inbox, cast: Cast, client_of: ClientOf) -> None:
    client, path = client_of(cast.admin), f"/sources/{inbox.source.pk}/fields/"
    assert "Nothing has come yet" in text(client, path)
    for number in range(12):
        send(inbox, ORDER, str(number))
    with tenancy.workspace(inbox.workspace.pk):
        assert Sample.objects.count() == 10
    assert "Nobody has said yet" in text(client, path)
    assert "who it was" in text(client, path, {"path-1": "event", "meaning-1": "event"})
    posted = {"event": "", "names": "orders/paid = Order Completed"}
    for number, (field, meaning) in enumerate(FIELDS.items()):
        posted |= {f"path-{number}": field, f"meaning-{number}": meaning}
    assert client.post(path, posted | {"names": "nothing"}).status_code == 200
    assert client.post(path, posted).status_code == 302
    page = text(client, path)
    assert "Order Completed" in page
    assert "haneul@example.com" in page
    with tenancy.workspace(inbox.workspace.pk):
        inbox.source.refresh_from_db()
        assert inbox.source.mapping == {"fields": FIELDS, "event": "", "names": NAMES, "zone": "Asia/Seoul"}


def test_only_administrators_of_the_house_explain_fields(inbox: Inbox, cast: Cast, client_of: ClientOf) -> None:
    path = f"/sources/{inbox.source.pk}/fields/"
    statuses = [
        client_of(member).get(path).status_code
        for member in (cast.marketer, cast.jieun, cast.minsu, cast.dana, cast.lee)
    ]
    assert statuses == [403, 403, 403, 403, 404]


def text(client: MemberClient, path: str, posted: dict[str, str] | None = None) -> str:
    english = {"accept-language": "en"}
    client.post("/language/", {"language": "en"})
    answer = client.post(path, posted, headers=english) if posted else client.get(path, headers=english)
    assert answer.status_code == 200
    return str(answer.content.decode())
