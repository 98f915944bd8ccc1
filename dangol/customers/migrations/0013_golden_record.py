"""What a source said can be taken back with the import that brought it."""

from django.db import migrations

from dangol.kit.history import KeepHistory


class Migration(migrations.Migration):
    dependencies = [("customers", "0012_rights")]

    operations = [
        KeepHistory(
            "Telling",
            kind="telling",
            ledger="customers_change",
            about=("person_id", "company_id"),
            all_arrivals=False,
        ),
    ]
