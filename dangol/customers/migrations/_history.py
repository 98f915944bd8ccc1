"""Who changed what."""

from django.db import migrations

from dangol.kit.history import KeepHistory, OnlyErasureDeletes
from dangol.kit.tenant_models import AppendOnly, walls_around

LEDGER = "customers_change"
BOOKS = ("bigrams", "initials", "created_at", "updated_at")

OPERATIONS = [
    migrations.RunSQL(walls_around(LEDGER)),
    AppendOnly("Change"),
    OnlyErasureDeletes("Change"),
    KeepHistory(
        "Person",
        kind="person",
        ledger=LEDGER,
        leave_out=(*BOOKS, "first_seen_at", "last_seen_at"),
        all_arrivals=False,
    ),
    KeepHistory("Company", kind="company", ledger=LEDGER, leave_out=BOOKS, all_arrivals=False),
    KeepHistory("Household", kind="household", ledger=LEDGER, leave_out=("created_at",)),
    KeepHistory(
        "Identity",
        kind="identity",
        ledger=LEDGER,
        about=("person_id",),
        leave_out=("created_at",),
        all_arrivals=False,
    ),
    KeepHistory(
        "ContactPoint",
        kind="contact_point",
        ledger=LEDGER,
        about=("person_id", "company_id"),
        leave_out=("first_told_at", "last_told_at"),
    ),
    KeepHistory(
        "Relation",
        kind="relation",
        ledger=LEDGER,
        about=(
            "source_person_id",
            "source_company_id",
            "source_household_id",
            "target_person_id",
            "target_company_id",
            "target_household_id",
        ),
        leave_out=("created_at",),
    ),
    KeepHistory("Tagging", kind="tagging", ledger=LEDGER, about=("person_id", "company_id")),
    KeepHistory("CustomRecord", kind="record", ledger=LEDGER, leave_out=BOOKS, all_arrivals=False),
    KeepHistory(
        "RecordLink",
        kind="record_link",
        ledger=LEDGER,
        about=("person_id", "company_id", "record_id"),
        leave_out=("created_at",),
    ),
    KeepHistory("Telling", kind="telling", ledger=LEDGER, about=("person_id", "company_id"), all_arrivals=False),
]
