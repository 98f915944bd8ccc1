"""Where events come from, the events, what is known about their kinds, their orders, and their copy in the lake."""

from dangol.tracking.models.event import DailyCount, DeadLetter, Event, InboxEntry, SeenMessage
from dangol.tracking.models.lake import LakeChange, LakeFile
from dangol.tracking.models.order import Order, OrderLine
from dangol.tracking.models.schema import EventDefinition, HourlyCount, PropertyDefinition, SchemaWarning
from dangol.tracking.models.source import Sample, Source

__all__ = [
    "DailyCount",
    "DeadLetter",
    "Event",
    "EventDefinition",
    "HourlyCount",
    "InboxEntry",
    "LakeChange",
    "LakeFile",
    "Order",
    "OrderLine",
    "PropertyDefinition",
    "Sample",
    "SchemaWarning",
    "SeenMessage",
    "Source",
]
