"""Where events come from, the events, and the orders read out of them."""

from dangol.tracking.models.event import DailyCount, DeadLetter, Event, InboxEntry, SeenMessage
from dangol.tracking.models.order import Order, OrderLine
from dangol.tracking.models.source import Sample, Source

__all__ = ["DailyCount", "DeadLetter", "Event", "InboxEntry", "Order", "OrderLine", "Sample", "SeenMessage", "Source"]
