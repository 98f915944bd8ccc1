"""Orders, read out of `Order Completed` events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

import msgspec

from dangol.kit.ids import uuid7
from dangol.kit.new_rows import insert_rows
from dangol.tracking.models import Order, OrderLine

ORDER_COMPLETED = "Order Completed"
LARGEST_AMOUNT = Decimal(10) ** 12
LARGEST_QUANTITY = 10**9
CURRENCY_LENGTH = 3
MOST_LINES = 1000
TOLD = ("person_id", "placed_at", "amount", "refunded", "currency", "item_count", "is_gift", "event_id")
properties_decoder = msgspec.json.Decoder(dict[str, Any])


class UnreadableOrder(ValueError):
    """The event does not say enough to be an order."""


@dataclass(frozen=True, slots=True)
class Line:
    """One product of an order event."""

    sku: str
    name: str
    quantity: int
    price: Decimal


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """What one order event says."""

    number: str
    amount: Decimal
    currency: str
    is_gift: bool
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class OrderEvent:
    """An order event with the person who bought."""

    event_id: UUID
    person_id: UUID
    occurred_at: datetime
    order: PlacedOrder


def read_order(properties: str, *, home_currency: str) -> PlacedOrder:
    """
    Read the properties of an order event.

    :raises UnreadableOrder: naming the property that is missing or unreadable
    """
    told = decoded(properties)
    lines = lines_in(told)
    amount = amount_in(told, lines)
    if amount is None:
        raise UnreadableOrder("total")
    gift = told.get("gift") in (True, "true")
    return PlacedOrder(number_in(told), amount, currency_in(told, home_currency), gift, lines)


def decoded(properties: str) -> dict[str, Any]:
    """Read properties. Raises UnreadableOrder."""
    try:
        return properties_decoder.decode(properties)
    except msgspec.DecodeError as error:
        raise UnreadableOrder("number") from error


def number_in(told: Mapping[str, Any]) -> str:
    """Read the number of an order. Raises UnreadableOrder."""
    number = told.get("order_id")
    if not isinstance(number, str | int) or not str(number).strip() or len(str(number)) > 100:  # noqa: PLR2004 - the column
        raise UnreadableOrder("order_id")
    return str(number).strip()


def lines_in(told: Mapping[str, Any]) -> tuple[Line, ...]:
    """Read the products. Raises UnreadableOrder."""
    products = told.get("products") or []
    if not isinstance(products, list) or len(products) > MOST_LINES:
        raise UnreadableOrder("products")
    return tuple(_line(product) for product in products)


def amount_in(told: Mapping[str, Any], lines: Sequence[Line]) -> Decimal | None:
    """Read the amount: `total`, else `revenue`, else `value`, else the sum of the products. Raises UnreadableOrder."""
    claimed = next((told[key] for key in ("total", "revenue", "value") if told.get(key) is not None), None)
    if claimed is not None:
        return _money(claimed, "total")
    return sum((one.price * one.quantity for one in lines), Decimal(0)) if lines else None


def currency_in(told: Mapping[str, Any], home_currency: str) -> str:
    """Read the currency; none means the workspace's own. Raises UnreadableOrder."""
    currency = str(told.get("currency") or home_currency).strip().upper()
    if len(currency) != CURRENCY_LENGTH or not currency.isalpha():
        raise UnreadableOrder("currency")
    return currency


def place_orders(*, workspace_id: UUID, events: Sequence[OrderEvent], now: datetime) -> list[UUID]:
    """
    Write orders with their lines; return the ids of new ones. The earliest event of a number is the order.

    So a number that is known already changes only by an event that happened before, or that has become another's.
    """
    first: dict[str, OrderEvent] = {}
    for event in sorted(events, key=lambda event: (event.occurred_at, event.event_id)):
        first.setdefault(event.order.number, event)
    known = {
        order.number: order
        for order in Order.objects.filter(workspace_id=workspace_id, number__in=first).select_for_update()
    }
    new = [event for number, event in first.items() if number not in known]
    changed = {number: order for number, order in known.items() if _changes(order, first[number])}
    orders = [_order(workspace_id, event, now) for event in new]
    insert_rows(orders)
    for number, order in changed.items():
        _take_over(order, first[number])
    Order.objects.bulk_update(changed.values(), TOLD, batch_size=500)
    OrderLine.objects.filter(workspace_id=workspace_id, order__in=changed.values()).delete()
    written = [*zip(orders, new, strict=True), *((order, first[number]) for number, order in changed.items())]
    lines = (line for order, event in written for line in _lines(workspace_id, order, event.order))
    OrderLine.objects.bulk_create(lines, batch_size=2000)
    return [order.pk for order in orders]


def _changes(order: Order, event: OrderEvent) -> bool:
    if order.event_id == event.event_id:
        return order.person_id != event.person_id
    return event.occurred_at < order.placed_at


def _take_over(order: Order, event: OrderEvent) -> None:
    told = _order(order.workspace_id, event, order.recorded_at)
    for name in TOLD:
        setattr(order, name, getattr(told, name))


def _order(workspace_id: UUID, event: OrderEvent, now: datetime) -> Order:
    order = event.order
    return Order(
        id=uuid7(),
        workspace_id=workspace_id,
        person_id=event.person_id,
        number=order.number,
        placed_at=event.occurred_at,
        amount=order.amount,
        currency=order.currency,
        item_count=sum(line.quantity for line in order.lines),
        is_gift=order.is_gift,
        event_id=event.event_id,
        recorded_at=now,
    )


def _lines(workspace_id: UUID, order: Order, placed: PlacedOrder) -> list[OrderLine]:
    return [
        OrderLine(
            workspace_id=workspace_id,
            order=order,
            position=position,
            sku=line.sku,
            name=line.name,
            quantity=line.quantity,
            price=line.price,
        )
        for position, line in enumerate(placed.lines, start=1)
    ]


def _line(product: Any) -> Line:
    if not isinstance(product, dict):
        raise UnreadableOrder("products")
    sku = product.get("sku") or product.get("product_id") or product.get("productId") or ""
    quantity = _money(product.get("quantity", 1), "quantity")
    if quantity != quantity.to_integral_value() or not 0 <= quantity <= LARGEST_QUANTITY:
        raise UnreadableOrder("quantity")
    price = _money(product.get("price", 0), "price")
    return Line(str(sku)[:100], str(product.get("name") or "")[:300], int(quantity), price)


def _money(value: Any, field: str) -> Decimal:
    """Read a number or its text; a float is read as it was written."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise UnreadableOrder(field)
    try:
        amount = Decimal(str(value).replace(",", "")).quantize(Decimal("0.01"))
    except InvalidOperation as error:
        raise UnreadableOrder(field) from error
    if not amount.is_finite() or abs(amount) >= LARGEST_AMOUNT:
        raise UnreadableOrder(field)
    return amount
