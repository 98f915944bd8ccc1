"""What all web processes remember together for a while: counted tries and codes already used (Django's database cache)."""

from django.db import migrations

TABLE = """
CREATE TABLE shared_memory (cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL);
CREATE INDEX shared_memory_expires ON shared_memory (expires);
"""

OPERATIONS = [migrations.RunSQL(TABLE)]
