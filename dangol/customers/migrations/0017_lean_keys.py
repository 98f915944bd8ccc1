"""What most rows do not have costs them nothing, and names are compared once when they come."""

from django.db import migrations

from dangol.customers.search_index import COMPANIES, PEOPLE, RECORDS

SELDOM = [
    ("customers_person", "owner_id"),
    ("customers_person", "merged_into_id"),
    ("customers_company", "owner_id"),
    ("customers_company", "merged_into_id"),
]


def _link(table: str, column: str, condition: str) -> str:
    return (
        f'DROP INDEX IF EXISTS "{table}_{column}_link"; '
        f'CREATE INDEX "{table}_{column}_link" ON "{table}" (workspace_id, "{column}") {condition}'
    )


class Migration(migrations.Migration):
    dependencies = [("customers", "0016_compare_companies")]

    operations = [
        *(
            migrations.RunSQL(_link(table, column, f'WHERE "{column}" IS NOT NULL'), _link(table, column, ""))
            for table, column in SELDOM
        ),
        migrations.RunSQL(
            [
                *PEOPLE.functions("customers_person"),
                *COMPANIES.functions("customers_company"),
                *RECORDS.functions("customers_customrecord"),
            ],
            migrations.RunSQL.noop,
        ),
    ]
