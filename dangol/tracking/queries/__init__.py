"""Reads of events, orders, sources, the catalogue of events, and what was put aside."""

from dangol.tracking.lake.asking import ask as ask_lake
from dangol.tracking.lake.spark import ask_spark
from dangol.tracking.lake.status import LakeMonth, LakeStatus, lake_status
from dangol.tracking.queries.catalogue import (
    Carried,
    Sending,
    carried_by,
    daily_volumes,
    days_until,
    events_known,
    last_hours,
    open_warnings,
    properties_of,
    sources_sending,
    start_of,
)
from dangol.tracking.queries.events import (
    OrderTotals,
    StreamFilter,
    dead_letters,
    events_of,
    events_visible,
    latest_events,
    order_totals,
    orders_of,
    samples_of,
    sources_of,
)
from dangol.tracking.queries.trends import TooMuch, Trend, TrendQuestion, trend

__all__ = [
    "Carried",
    "LakeMonth",
    "LakeStatus",
    "OrderTotals",
    "Sending",
    "StreamFilter",
    "TooMuch",
    "Trend",
    "TrendQuestion",
    "ask_lake",
    "ask_spark",
    "carried_by",
    "daily_volumes",
    "days_until",
    "dead_letters",
    "events_known",
    "events_of",
    "events_visible",
    "lake_status",
    "last_hours",
    "latest_events",
    "open_warnings",
    "order_totals",
    "orders_of",
    "properties_of",
    "samples_of",
    "sources_of",
    "sources_sending",
    "start_of",
    "trend",
]
