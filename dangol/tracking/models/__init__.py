"""Where events come from, the events, what is known about their kinds, their orders, and their copy in the lake."""

from dangol.tracking.models.event import DailyCount, DeadLetter, Event, InboxEntry, SeenMessage
from dangol.tracking.models.lake import LakeChange, LakeFile
from dangol.tracking.models.order import STANDING, Order, OrderLine, Refund
from dangol.tracking.models.replay import Replay
from dangol.tracking.models.schema import EventDefinition, HourlyCount, PropertyDefinition, SchemaWarning
from dangol.tracking.models.source import Sample, Source, TimeRules

__all__ = [
    "STANDING",
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
    "Refund",
    "Replay",
    "Sample",
    "SchemaWarning",
    "SeenMessage",
    "Source",
    "TimeRules",
]
