"""By what everything is found."""

from django.db import migrations

from dangol.customers.name_keys import functions
from dangol.customers.search_index import COMPANIES, INDEXES, PEOPLE, RECORDS, TABLES
from dangol.kit.tenant_models import walls_around

OPERATIONS = [
    migrations.RunSQL([*functions(), TABLES, *INDEXES]),
    migrations.RunSQL(walls_around("customers_searchkey") + walls_around("customers_searchtail")),
    PEOPLE,
    COMPANIES,
    RECORDS,
]
