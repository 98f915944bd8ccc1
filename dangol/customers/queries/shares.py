"""With whom a row was shared."""

from collections.abc import Mapping

from django.db.models import QuerySet

from dangol.customers.models import Company, CustomRecord, Person, Share

Row = Person | Company | CustomRecord
LINKS: Mapping[type[Row], str] = {Person: "person", Company: "company", CustomRecord: "record"}
"""By which column a share names a row of each kind."""


def shares_of(row: Row) -> QuerySet[Share]:
    """Return with whom a row was shared, the newest first."""
    shares = Share.objects.filter(workspace_id=row.workspace_id, **{LINKS[type(row)]: row})
    return shares.select_related("member__user", "team", "by__user").order_by("-at", "-id")
