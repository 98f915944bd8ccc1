"""The history of identities names since when each is somebody's."""

from django.db import migrations

from dangol.kit.history import KeepHistory


class Migration(migrations.Migration):
    dependencies = [("customers", "0022_claims")]

    operations = [
        KeepHistory(
            "Identity",
            kind="identity",
            ledger="customers_change",
            about=("person_id",),
            leave_out=("created_at",),
            all_arrivals=False,
        ),
    ]
