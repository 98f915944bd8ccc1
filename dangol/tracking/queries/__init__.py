"""Reads of events, orders, sources, the catalogue of events, and what was put aside."""

from dangol.tracking.queries.events import (
    OrderTotals,
    dead_letters,
    events_of,
    latest_events,
    order_totals,
    orders_of,
    samples_of,
    sources_of,
)

__all__ = [
    "OrderTotals",
    "dead_letters",
    "events_of",
    "latest_events",
    "order_totals",
    "orders_of",
    "samples_of",
    "sources_of",
]
