"""What is seen before a workspace is entered: one's own memberships with what they depend on, and the key one shows."""

from django.db import migrations

OWN_MEMBERSHIPS = """
CREATE POLICY own_memberships ON "workspaces_member" FOR SELECT
USING (user_id = (SELECT nullif(current_setting('dangol.user', true), '')::uuid))
"""

OWN_PLACES = """
CREATE POLICY own_places ON "{table}" FOR SELECT USING (workspace_id IN (
    SELECT workspace_id FROM workspaces_member
    WHERE user_id = (SELECT nullif(current_setting('dangol.user', true), '')::uuid)
))
"""

KEY_ALONE = """
CREATE POLICY by_key ON "workspaces_apikey" FOR SELECT
USING (key_digest = (SELECT nullif(current_setting('dangol.secret', true), '')))
"""

OPERATIONS = [
    migrations.RunSQL(OWN_MEMBERSHIPS),
    *(
        migrations.RunSQL(OWN_PLACES.format(table=table))
        for table in ("workspaces_customrole", "workspaces_elevation", "workspaces_signinrules")
    ),
    migrations.RunSQL(KEY_ALONE),
]
