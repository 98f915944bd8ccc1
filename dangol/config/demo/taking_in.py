"""People by the product's own import, purchases by the product's own collection API."""

import base64
import json
import time
import urllib.error
import urllib.request
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from dangol.config.demo.history import SEOUL, Purchase, purchases
from dangol.config.demo.house import DemoFailed, House, say, wait_for
from dangol.config.demo.shop import consent_day, people_file
from dangol.customers.enums import ImportState
from dangol.customers.models import PeopleImport, Person
from dangol.customers.operations import (
    ConsentStatement,
    check_people_import,
    start_people_import,
    upload_people,
)
from dangol.kit import tenancy
from dangol.tracking.models import Order
from dangol.tracking.operations import create_source

BATCH = 500
TRIES = 60


def take_in_people(house: House, *, now: datetime) -> int:
    """Import everybody who ever bought, from a CP949 spreadsheet, with the consents that it names. Returns how many."""
    customers = sorted({purchase.customer for purchase in purchases(now=now)})
    consent = ConsentStatement(
        at=consent_day(now.astimezone(SEOUL).date()).isoformat(), source="membership form", wording_version="2026-1"
    )
    with tenancy.workspace(house.workspace.pk):
        people_import = upload_people(
            member=house.member, file_name="단골 명단.csv", content=people_file(customers), now=now
        )
        checked = check_people_import(people_import=people_import, consent=consent, now=now)
        if checked.rejected_count:
            raise DemoFailed(f"{checked.rejected_count} lines of the demo's own file were refused.")
        start_people_import(people_import=people_import, member=house.member, now=now)
    wait_for("People imported / 고객 가져오기", lambda: _people(house), len(customers))
    wait_for("Import finished / 가져오기 완료", lambda: _finished(house, people_import.pk), 1)
    return len(customers)


def take_in_purchases(house: House, *, web_url: str, now: datetime) -> int:
    """Send every purchase to `POST /v1/batch`, with its own time, as a till would. Returns how many."""
    with tenancy.workspace(house.workspace.pk):
        _source, write_key = create_source(member=house.member, name="단골레코드 매장", now=now)
    authorization = "Basic " + base64.b64encode(f"{write_key}:".encode()).decode()
    history = purchases(now=now)
    sent = 0
    while batch := list(islice(history, BATCH)):
        _post(f"{web_url}/v1/batch", {"batch": [_event(purchase) for purchase in batch]}, authorization)
        sent += len(batch)
    say(f"Purchases acknowledged / 구매 이벤트 접수: {sent:,}")
    wait_for("Orders recorded / 주문 기록", lambda: _orders(house), sent)
    return sent


def _event(purchase: Purchase) -> dict[str, Any]:
    return {
        "type": "track",
        "event": "Order Completed",
        "userId": f"CD{purchase.customer:05}",
        "messageId": f"cdnow-{purchase.number}",
        "timestamp": purchase.at.isoformat(),
        "properties": {
            "order_id": f"CDNOW-{purchase.number}",
            "total": purchase.amount,
            "currency": "KRW",
            "gift": purchase.is_gift,
            "products": [_product(purchase)],
        },
    }


def _product(purchase: Purchase) -> dict[str, Any]:
    discs = max(purchase.discs, 1)
    return {"product_id": "CD", "name": "음반", "quantity": discs, "price": purchase.amount // discs}


def _post(url: str, body: dict[str, Any], authorization: str) -> None:
    """Post one batch; a busy house is asked again, as the answer says."""
    data = json.dumps(body).encode()
    headers = {"Authorization": authorization, "Content-Type": "application/json"}
    for _attempt in range(TRIES):
        request = urllib.request.Request(url, data=data, headers=headers, method="POST")  # noqa: S310 - our own address
        try:
            with urllib.request.urlopen(request, timeout=30):  # noqa: S310 - our own address
                return
        except urllib.error.HTTPError as refusal:
            if refusal.code not in {429, 503}:
                raise DemoFailed(f"The collector answered {refusal.code}: {refusal.read().decode()}") from refusal
            time.sleep(float(refusal.headers.get("Retry-After", "1")))
    raise DemoFailed("The collector stayed busy.")


def _people(house: House) -> int:
    with tenancy.workspace(house.workspace.pk):
        return Person.objects.filter(workspace=house.workspace).count()


def _finished(house: House, import_id: UUID) -> int:
    with tenancy.workspace(house.workspace.pk):
        return PeopleImport.objects.filter(pk=import_id, state=ImportState.DONE).count()


def _orders(house: House) -> int:
    with tenancy.workspace(house.workspace.pk):
        return Order.objects.filter(workspace=house.workspace).count()
