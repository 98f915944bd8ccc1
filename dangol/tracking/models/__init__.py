"""Where events come from, the events, the orders read out of them, and their copy in the lake."""

from dangol.tracking.models.event import DailyCount, DeadLetter, Event, InboxEntry, SeenMessage
from dangol.tracking.models.lake import LakeChange, LakeFile
from dangol.tracking.models.order import Order, OrderLine
from dangol.tracking.models.source import Sample, Source

__all__ = [
    "DailyCount",
    "DeadLetter",
    "Event",
    "InboxEntry",
    "LakeChange",
    "LakeFile",
    "Order",
    "OrderLine",
    "Sample",
    "SeenMessage",
    "Source",
]
