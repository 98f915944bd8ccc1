"""A receipt as a till sends it, and the call of the tracking API that it stands for."""

from typing import Any
from uuid import UUID

import msgspec

Number = str | int
Amount = str | int | float


class Buyer(msgspec.Struct):
    """The member who showed a card or told a number."""

    number: Number = ""
    phone: str = ""
    email: str = ""


class SoldLine(msgspec.Struct):
    """One line of a receipt."""

    sku: Number = ""
    name: str = ""
    quantity: Amount = 1
    price: Amount = 0


class Receipt(msgspec.Struct):
    """
    One receipt, known by store and number. `refund_of`: number of the receipt whose goods came back.

    :ivar sold_at: ISO 8601 with a zone, or Unix seconds
    :ivar paid: what was paid after discounts; of a refund what was paid back
    """

    number: Number
    sold_at: Amount
    paid: Amount
    store: str = ""
    currency: str = ""
    member: Buyer = msgspec.field(default_factory=Buyer)
    lines: list[SoldLine] = []
    refund_of: Number = ""


receipts_decoder = msgspec.json.Decoder(Receipt | list[Receipt])


def call_of(receipt: Receipt, source_id: UUID) -> dict[str, Any]:
    """
    Return the receipt as a track call. It always has the same message id, so that no receipt counts twice.

    Who bought without a card is a visitor of one receipt, who can still become known.
    """
    own_number = _number(receipt.store, receipt.number)
    buyer = receipt.member
    contact = {way: value for way, value in (("phone", buyer.phone), ("email", buyer.email)) if value}
    properties: dict[str, Any] = {"order_id": own_number, "total": receipt.paid, "store": receipt.store}
    if receipt.currency:
        properties["currency"] = receipt.currency
    if receipt.refund_of:
        properties |= {"order_id": _number(receipt.store, receipt.refund_of), "refund_id": own_number}
    return {
        "type": "track",
        "event": "Order Refunded" if receipt.refund_of else "Order Completed",
        "messageId": f"{source_id}:receipt:{own_number}",
        "userId": str(buyer.number),
        "anonymousId": "" if buyer.number or contact else f"receipt {own_number}",
        "timestamp": receipt.sold_at,
        "properties": properties | {"products": msgspec.to_builtins(receipt.lines)},
        "context": {"traits": contact},
    }


def _number(store: str, number: Number) -> str:
    return f"{store}-{number}" if store else str(number)
