"""A source is found by its key before a workspace is entered."""

from django.db import migrations

SOURCE_BY_KEY = """
CREATE POLICY by_key ON "tracking_source" FOR SELECT
USING (key_digest = (SELECT nullif(current_setting('dangol.secret', true), '')))
"""

OPERATIONS = [migrations.RunSQL(SOURCE_BY_KEY)]
