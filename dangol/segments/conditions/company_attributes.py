"""The attributes that every company has."""

from django.utils.translation import pgettext_lazy

from dangol.segments.conditions.columns import BusinessNumberColumn, Column, CountryColumn, OwnerColumn, TextColumn
from dangol.segments.conditions.values import Code, Colleague, Moment, Text
from dangol.segments.contracts import Attribute, Subject

OF_COMPANIES: tuple[Attribute, ...] = (
    TextColumn("industry", pgettext_lazy("attribute", "industry"), Text()),
    TextColumn("name", pgettext_lazy("attribute", "name"), Text()),
    BusinessNumberColumn("business_number", pgettext_lazy("attribute", "business number"), Text()),
    TextColumn("domain", pgettext_lazy("attribute", "domain"), Text()),
    TextColumn("city", pgettext_lazy("attribute", "city"), Text()),
    CountryColumn("country", pgettext_lazy("attribute", "country"), Code()),
    TextColumn("postal_code", pgettext_lazy("attribute", "postal code"), Text()),
    TextColumn("email", pgettext_lazy("attribute", "e-mail"), Text()),
    TextColumn("phone", pgettext_lazy("attribute", "phone"), Text()),
    TextColumn("origin", pgettext_lazy("attribute", "origin"), Text()),
    Column("created_at", pgettext_lazy("attribute", "day of adding"), Moment()),
    OwnerColumn("owner", pgettext_lazy("attribute", "owner"), Colleague(), column="owner_id"),
)
for _attribute in OF_COMPANIES:
    _attribute.register(Subject.COMPANY)
