"""Row-level security and composite keys of this room."""

from django.db import migrations

from dangol.kit.tenant_models import SecureTenantTable


class Migration(migrations.Migration):
    dependencies = [("desk", "0001_initial"), ("workspaces", "0002_walls")]

    operations = [SecureTenantTable("SavedView"), SecureTenantTable("BulkChange")]
