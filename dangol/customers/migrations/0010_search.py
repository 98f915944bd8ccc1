"""Search over everything: keys and tails of names for every table that joins, instead of pieces of people's names."""

from django.db import migrations, models

from dangol.customers.name_keys import functions
from dangol.customers.search_index import COMPANIES, PEOPLE, RECORDS, TABLES, indexes

# Pieces of people's names, as 0003 made them.
NO_PIECES = """
DROP TABLE customers_searchpiece;
DROP FUNCTION customers_person_came, customers_person_renamed, customers_person_left CASCADE;
DROP FUNCTION customers_pieces
"""
NO_INDEX = """
DROP TABLE customers_searchkey;
DROP TABLE customers_searchtail;
DROP FUNCTION customers_company_key, customers_name_key, customers_key_initials
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0009_merging")]

    operations = [
        migrations.RunSQL(NO_PIECES, migrations.RunSQL.noop),
        migrations.DeleteModel("SearchPiece"),
        migrations.RemoveIndex("Person", "person_by_initials"),
        migrations.CreateModel(
            name="SearchKey",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("workspace_id", models.UUIDField()),
                ("kind", models.PositiveSmallIntegerField()),
                ("name", models.TextField(null=True)),
                ("rest", models.TextField(null=True)),
                ("initials", models.TextField(null=True)),
                ("phone_end", models.TextField(null=True)),
                ("domain", models.TextField(null=True)),
            ],
            options={"db_table": "customers_searchkey", "managed": False},
        ),
        migrations.CreateModel(
            name="SearchTail",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("workspace_id", models.UUIDField()),
                ("kind", models.PositiveSmallIntegerField()),
                ("tail", models.TextField()),
            ],
            options={"db_table": "customers_searchtail", "managed": False},
        ),
        migrations.RunSQL([*functions(), TABLES], NO_INDEX),
        PEOPLE,
        COMPANIES,
        RECORDS,
        migrations.RunSQL(indexes(), migrations.RunSQL.noop),
    ]
