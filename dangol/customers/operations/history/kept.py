"""Whose history is kept: what the ledger calls a row, and where the row lives."""

from collections.abc import Mapping

from django.db import models

from dangol.customers.models import (
    Company,
    ContactPoint,
    CustomRecord,
    Household,
    Identity,
    Person,
    RecordLink,
    Relation,
    Tagging,
    Telling,
)

KEPT: Mapping[str, type[models.Model]] = {
    "company": Company,
    "household": Household,
    "person": Person,
    "record": CustomRecord,
    "identity": Identity,
    "contact_point": ContactPoint,
    "relation": Relation,
    "tagging": Tagging,
    "record_link": RecordLink,
    "telling": Telling,
}
"""In the order in which rows must come back: whoever is pointed at before those who point."""

WITH_TRASH: Mapping[str, type[Person] | type[Company] | type[CustomRecord]] = {
    "person": Person,
    "company": Company,
    "record": CustomRecord,
}

NEVER_TAKEN_BACK = ("merged_into_id",)
"""Only un-merging takes a merge back, because it moves the rows of other rooms with it."""
