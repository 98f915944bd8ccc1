"""The words of the history: what columns, kinds of rows and reasons are called."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dangol.customers.enums import ContactKind, ContactUse, IdentityKind, RelationKind

DAYS_KEPT = 30
"""How long somebody lies in the trash."""

ASIDE = frozenset({"won", "merged_into_id", "bigrams", "initials", "created_at", "updated_at", "parts", "object_id"})
"""Columns whose changes say nothing to a reader."""

LINKS: Mapping[str, str] = {
    "owner_id": "member",
    "by_id": "member",
    "deleted_by_id": "member",
    "tag_id": "tag",
    "person_id": "person",
    "company_id": "company",
    "record_id": "record",
    "source_person_id": "person",
    "source_company_id": "company",
    "source_household_id": "household",
    "target_person_id": "person",
    "target_company_id": "company",
    "target_household_id": "household",
}
"""Columns that hold ids, and of what."""

CHOICES: Mapping[str, Mapping[str, str | Promise]] = {
    "kind": {**dict(RelationKind.choices), **dict(ContactKind.choices), **dict(IdentityKind.choices)},
    "use": dict(ContactUse.choices),
}

KIND_LABELS: Mapping[str, str | Promise] = {
    "person": gettext_lazy("Person"),
    "company": gettext_lazy("Company"),
    "household": gettext_lazy("Household"),
    "record": gettext_lazy("Record"),
    "identity": gettext_lazy("Recognised by"),
    "contact_point": gettext_lazy("Way to reach"),
    "relation": gettext_lazy("Relation"),
    "tagging": gettext_lazy("Tag"),
    "record_link": gettext_lazy("Link"),
}

COLUMNS: Mapping[str, str | Promise] = {
    "name": gettext_lazy("Name"),
    "family_name": gettext_lazy("Family name"),
    "given_name": gettext_lazy("Given name"),
    "honorific": gettext_lazy("Form of address"),
    "email": gettext_lazy("E-mail"),
    "phone": gettext_lazy("Phone"),
    "external_id": gettext_lazy("Customer number"),
    "business_number": gettext_lazy("Business number"),
    "domain": gettext_lazy("Domain"),
    "industry": gettext_lazy("Industry"),
    "language": gettext_lazy("Language"),
    "time_zone": gettext_lazy("Time zone"),
    "country": gettext_lazy("Country"),
    "postal_code": gettext_lazy("Postal code"),
    "city": gettext_lazy("City"),
    "address": gettext_lazy("Address"),
    "born_on": gettext_lazy("Birthday"),
    "owner_id": gettext_lazy("Owner"),
    "is_anonymous": gettext_lazy("Unknown visitor"),
    "origin": gettext_lazy("Origin"),
    "deleted_at": gettext_lazy("In the trash since"),
    "deleted_by_id": gettext_lazy("Put there by"),
    "kind": pgettext_lazy("history", "Kind"),
    "use": pgettext_lazy("history", "Use"),
    "value": pgettext_lazy("history", "Value"),
    "is_shared": gettext_lazy("Shared by several"),
    "confidence": gettext_lazy("Confidence"),
    "title": gettext_lazy("Title"),
    "since": gettext_lazy("Since"),
    "until": gettext_lazy("Until"),
    "note": gettext_lazy("Note"),
    "tag_id": gettext_lazy("Tag"),
    "at": pgettext_lazy("history", "When"),
    "by_id": pgettext_lazy("history", "By"),
    "person_id": gettext_lazy("Person"),
    "company_id": gettext_lazy("Company"),
    "record_id": gettext_lazy("Record"),
    "source_person_id": pgettext_lazy("history", "From"),
    "source_company_id": pgettext_lazy("history", "From"),
    "source_household_id": pgettext_lazy("history", "From"),
    "target_person_id": pgettext_lazy("history", "To"),
    "target_company_id": pgettext_lazy("history", "To"),
    "target_household_id": pgettext_lazy("history", "To"),
}

REASONS: Mapping[str, str | Promise] = {
    "bulk_change": gettext_lazy("Many rows of a list at once"),
    "import": gettext_lazy("Import of a file"),
    "run_people_import": gettext_lazy("Import of a file"),
    "merge": gettext_lazy("Two became one"),
    "unmerge": gettext_lazy("Merge taken back"),
    "trash": gettext_lazy("Moved to the trash"),
    "restore": gettext_lazy("Brought back from the trash"),
    "undo": gettext_lazy("Undo"),
    "restore_field": gettext_lazy("Field restored from the history"),
    "restore_record": gettext_lazy("Record restored from the history"),
    "take_back": gettext_lazy("Taken back in the history"),
    "events": gettext_lazy("Events of the customer"),
    "source": gettext_lazy("Scheduled source"),
    "api": gettext_lazy("A program, with a key"),
}


def column_label(column: str, part: str | None) -> str:
    """Return what a column is called; a key of `fields` that has no definition is called by itself."""
    return part if column == "fields" and part is not None else str(COLUMNS.get(column, column))


def reason_label(reason: str) -> str:
    """Return why something changed, in words. A job that has no words is called by its name."""
    if not reason:
        return ""
    return str(REASONS[reason]) if reason in REASONS else _("Automatic: %(job)s") % {"job": reason}
