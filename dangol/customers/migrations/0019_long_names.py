"""Names of which the search index holds only the first parts are found as such."""

from django.db import migrations

from dangol.customers.search_index import KEYS, TAILED


class Migration(migrations.Migration):
    dependencies = [("customers", "0018_record_imports")]

    operations = [
        migrations.RunSQL(
            f"CREATE INDEX customers_searchkey_long ON {KEYS} (workspace_id, kind) WHERE length(name) > {TAILED}",
            "DROP INDEX customers_searchkey_long",
        ),
    ]
