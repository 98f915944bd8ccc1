"""Which tables of this room speak of a person."""

from django.utils.translation import gettext_lazy as _

from dangol.customers.contracts import Delete, Keep, OnMerge, PersonTable
from dangol.tracking.models import DailyCount, Event, Order

PersonTable(
    model=Event,
    on_merge=OnMerge.MOVE,
    title=_("What you did"),
    on_erasure=Delete(),
    exported=("occurred_at", "kind", "name", "properties", "context"),
).register()
PersonTable(
    model=DailyCount,
    on_merge=OnMerge.ADD,
    added=("count", "amount"),
    title=_("Counts by day"),
    on_erasure=Delete(),
    exported=("day", "name", "count", "amount"),
).register()
PersonTable(
    model=Order,
    on_merge=OnMerge.MOVE,
    title=_("Orders"),
    on_erasure=Keep(_("Records of contracts and payments (Electronic Commerce Act, 6)"), 5, since="placed_at"),
    exported=("number", "placed_at", "amount", "refunded", "currency", "item_count", "is_gift"),
).register()
