"""The attributes that every record of an own object has."""

from django.utils.translation import pgettext_lazy

from dangol.segments.conditions.columns import Column, OwnerColumn, TextColumn
from dangol.segments.conditions.values import Colleague, Moment, Text
from dangol.segments.contracts import Attribute, Subject

OF_RECORDS: tuple[Attribute, ...] = (
    TextColumn("name", pgettext_lazy("attribute", "name"), Text()),
    TextColumn("external_id", pgettext_lazy("attribute", "number"), Text()),
    Column("created_at", pgettext_lazy("attribute", "day of adding"), Moment()),
    OwnerColumn("owner", pgettext_lazy("attribute", "owner"), Colleague(), column="owner_id"),
)
for _attribute in OF_RECORDS:
    _attribute.register(Subject.RECORD)
