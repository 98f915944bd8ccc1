"""Which tables of this room speak of a person."""

from django.utils.translation import gettext_lazy as _

from dangol.customers.contracts import Delete, OnMerge, PersonTable
from dangol.segments.models import ListedPerson, SegmentMember

PersonTable(
    model=SegmentMember,
    on_merge=OnMerge.RECOMPUTE,
    title=_("Segments"),
    on_erasure=Delete(),
    exported=("segment", "entered_at"),
).register()
PersonTable(
    model=ListedPerson,
    on_merge=OnMerge.KEEP_ONE,
    title=_("Imported lists"),
    on_erasure=Delete(),
    exported=("list",),
).register()
