"""From the wire to the event store."""

import threading
import time
from decimal import Decimal

from dangol.customers.models import Person
from dangol.kit import tenancy
from dangol.tracking.models import DeadLetter, Event, InboxEntry, Order, OrderLine
from dangol.tracking.operations import process_workspace, run_inbox
from tests.tracking.conftest import Sender
from tests.tracking.http import post

ORDER = {
    "type": "track",
    "userId": "u1",
    "event": "Order Completed",
    "messageId": "m1",
    "timestamp": "2026-11-20T01:02:03Z",
    "properties": {
        "order_id": "A-1",
        "total": 30000,
        "currency": "KRW",
        "gift": True,
        "products": [{"sku": "tea", "name": "녹차", "quantity": 2, "price": 15000}],
    },
}


def test_an_acknowledged_batch_becomes_people_events_and_orders(sender: Sender) -> None:
    identify = {"type": "identify", "userId": "u1", "traits": {"name": "김하늘", "email": "Haneul@example.com"}}
    answer = post("/v1/batch", {"batch": [identify, ORDER]}, sender.key)
    assert (answer.status_code, answer.json()) == (200, {"success": True})

    assert process_workspace(sender.workspace_id) == 2

    with tenancy.workspace(sender.workspace_id):
        person = Person.objects.get()
        assert (person.name, person.email, person.external_id) == ("김하늘", "haneul@example.com", "u1")
        assert set(Event.objects.values_list("name", "person_id")) == {
            ("Identified", person.pk),
            ("Order Completed", person.pk),
        }
        order = Order.objects.get()
        assert (order.number, order.amount, order.currency, order.is_gift, order.item_count) == (
            "A-1",
            Decimal(30000),
            "KRW",
            True,
            2,
        )
        assert list(OrderLine.objects.values_list("sku", "name", "quantity", "price")) == [
            ("tea", "녹차", 2, Decimal(15000))
        ]
        assert not InboxEntry.objects.exists()
        assert not DeadLetter.objects.exists()


def test_the_running_processor_takes_what_a_collector_announces(sender: Sender) -> None:
    stop = threading.Event()
    processor = threading.Thread(target=run_inbox, kwargs={"stop": stop})
    processor.start()
    try:
        assert post("/v1/track", {"userId": "u1", "event": "Product Viewed"}, sender.key).status_code == 200
        assert stored(sender) == 1
        assert post("/v1/track", {"userId": "u1", "event": "Product Added"}, sender.key).status_code == 200
        assert stored(sender, until=2) == 2
    finally:
        stop.set()
        processor.join(30)
    assert not processor.is_alive()


def stored(sender: Sender, until: int = 1) -> int:
    """Wait until that many events are stored, at most half a minute."""
    for _ in range(300):
        with tenancy.workspace(sender.workspace_id):
            count = Event.objects.count()
        if count >= until:
            break
        time.sleep(0.1)
    return count
