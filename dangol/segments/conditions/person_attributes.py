"""The attributes that every person has."""

from django.utils.translation import pgettext_lazy

from dangol.segments.conditions.columns import Column, CountryColumn, LanguageColumn, OwnerColumn, TextColumn
from dangol.segments.conditions.names import PersonName
from dangol.segments.conditions.values import Code, Colleague, Day, Moment, Text

TextColumn("city", pgettext_lazy("attribute", "city"), Text()).register()
PersonName("name", pgettext_lazy("attribute", "name"), Text()).register()
TextColumn("email", pgettext_lazy("attribute", "e-mail"), Text()).register()
TextColumn("phone", pgettext_lazy("attribute", "phone"), Text()).register()
LanguageColumn("language", pgettext_lazy("attribute", "language"), Code()).register()
CountryColumn("country", pgettext_lazy("attribute", "country"), Code()).register()
Column("born_on", pgettext_lazy("attribute", "date of birth"), Day()).register()
TextColumn("origin", pgettext_lazy("attribute", "origin"), Text()).register()
Column("last_seen_at", pgettext_lazy("attribute", "last visit"), Moment()).register()
Column("created_at", pgettext_lazy("attribute", "day of joining"), Moment()).register()
OwnerColumn("owner", pgettext_lazy("attribute", "owner"), Colleague(), column="owner_id").register()
