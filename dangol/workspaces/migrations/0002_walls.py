"""Row-level security, composite keys and append-only guards of this room."""

from django.db import migrations

from dangol.kit.tenant_models import AppendOnly, SecureTenantTable

OWN_MEMBERSHIPS = """
CREATE POLICY own_memberships ON "workspaces_member" FOR SELECT
USING (user_id = (SELECT nullif(current_setting('dangol.user', true), '')::uuid))
"""


class Migration(migrations.Migration):
    dependencies = [
        ("workspaces", "0001_initial"),
    ]

    operations = [
        SecureTenantTable("Team"),
        SecureTenantTable("Member"),
        SecureTenantTable("AuditEntry"),
        AppendOnly("AuditEntry"),
        migrations.RunSQL(OWN_MEMBERSHIPS, 'DROP POLICY own_memberships ON "workspaces_member"'),
    ]
