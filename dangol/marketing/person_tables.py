"""Which tables of this room speak of a person."""

from django.utils.translation import gettext_lazy as _

from dangol.customers.contracts import Delete, OnMerge, PersonTable
from dangol.marketing.models import Recipient

PersonTable(
    model=Recipient,
    on_merge=OnMerge.KEEP_ONE,
    title=_("Campaigns"),
    on_erasure=Delete(),
    exported=("campaign", "arm", "started_at", "ended_at"),
).register()
