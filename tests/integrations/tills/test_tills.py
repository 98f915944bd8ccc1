"""Receipts of tills: orders of those who showed a card, each once."""

import base64
import json
import re
import shlex
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from dangol.kit import tenancy
from dangol.tracking.models import DeadLetter, Event, InboxEntry, Order, OrderLine, Source
from dangol.tracking.operations import create_source, process_workspace, revoke_source
from dangol.workspaces.operations import suspend
from tests.databases import ROOT
from tests.factories import NOW
from tests.people import Cast
from tests.tracking.test_sources import ClientOf

RECEIPT = {"store": "seoul-1", "number": "7", "sold_at": "2026-11-01T12:00:00+09:00", "paid": 5000}


@pytest.fixture
def key(cast: Cast) -> str:
    with tenancy.workspace(cast.workspace.pk):
        _source, key = create_source(member=cast.admin, name="Till", kind="tills", now=NOW)
    return key


def post(key: str, body: Any) -> tuple[int, dict[str, Any]]:
    tenancy.leave_workspace()
    credentials = base64.b64encode(f"{key}:".encode()).decode()
    text = body if isinstance(body, str) else json.dumps(body)
    headers = {"Authorization": f"Basic {credentials}"}
    answer = Client().post("/receipts", text, content_type="application/json", headers=headers)
    tenancy.leave_workspace()
    return answer.status_code, answer.json()


def test_the_documented_command_makes_an_order_once(cast: Cast, key: str) -> None:
    text = (ROOT / "docs" / "howto" / "events-by-other-doors.md").read_text()
    command = re.search(r"```sh\n(curl .*?)```", text, re.DOTALL)
    assert command
    words = shlex.split(command[1])
    assert words[1:4] == ["$DANGOL/receipts", "-u", "$KEY:"]
    for _time in range(3):
        assert post(key, words[-1]) == (200, {"success": True, "receipts": 1})
    process_workspace(cast.workspace.pk)
    with tenancy.workspace(cast.workspace.pk):
        order = Order.objects.select_related("person").get()
        line = OrderLine.objects.get()
        assert (Event.objects.count(), DeadLetter.objects.count()) == (1, 0)
    assert (order.number, order.amount) == ("seoul-1-20261122-0001", Decimal(38000))
    assert order.person.phone == "+821012345678"
    assert (line.sku, line.name, line.quantity, line.price) == ("tea-1", "우전 녹차", 2, Decimal(19000))


def test_refunds_and_strangers_are_events(cast: Cast, key: str) -> None:
    member = {"member": {"number": "C-1"}}
    receipts = [RECEIPT, RECEIPT | member | {"number": 8}, RECEIPT | member | {"number": 9, "refund_of": 8}]
    assert post(key, receipts)[0] == 200
    process_workspace(cast.workspace.pk)
    with tenancy.workspace(cast.workspace.pk):
        told = list(Event.objects.order_by("message_id").values_list("name", "anonymous_id", "person__external_id"))
        refund = Event.objects.get(name="Order Refunded").properties
        assert list(Order.objects.values_list("number", flat=True)) == ["seoul-1-8"]
    assert told == [
        ("Order Completed", "receipt seoul-1-7", None),
        ("Order Completed", "", "C-1"),
        ("Order Refunded", "", "C-1"),
    ]
    assert (refund["order_id"], refund["refund_id"]) == ("seoul-1-8", "seoul-1-9")


@pytest.mark.parametrize(
    "body",
    ["{", "[1]", {"number": "1"}, [RECEIPT, RECEIPT | {"sold_at": "gestern"}], RECEIPT | {"lines": [{"quantity": {}}]}],
)
def test_of_a_bad_request_nothing_is_taken(cast: Cast, key: str, body: Any) -> None:
    status, told = post(key, body)
    assert (status, told["success"]) == (400, False)
    with tenancy.workspace(cast.workspace.pk):
        assert not InboxEntry.objects.exists()


def test_only_the_key_of_an_active_till_is_taken(cast: Cast, key: str) -> None:
    with tenancy.workspace(cast.workspace.pk):
        _source, of_site = create_source(member=cast.admin, name="Site", now=NOW)
        revoke_source(source=Source.objects.get(name="Till"), member=cast.admin, now=NOW)
    assert [post(wrong, RECEIPT)[0] for wrong in ("", "dk_x", of_site, key)] == [401] * 4


def test_a_suspended_workspace_lets_the_till_keep_what_it_has(cast: Cast, key: str) -> None:
    suspend(cast.workspace, now=NOW)
    status, told = post(key, [])
    assert (status, told["success"]) == (409, False)


def test_the_page_shows_how(cast: Cast, key: str, client_of: ClientOf) -> None:
    with tenancy.workspace(cast.workspace.pk):
        path = f"/sources/{Source.objects.get().pk}/till/"
    assert "/receipts" in client_of(cast.admin).get(path).content.decode()
    members = (cast.marketer, cast.jieun, cast.minsu, cast.dana, cast.lee)
    assert [client_of(member).get(path).status_code for member in members] == [403, 403, 403, 403, 404]
    assert "dk_" in client_of(cast.admin).post("/sources/new/", {"name": "B", "kind": "tills"}).content.decode()
