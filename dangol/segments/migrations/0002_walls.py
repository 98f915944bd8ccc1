"""Row-level security, composite keys and append-only guards of this room."""

from django.db import migrations

from dangol.kit.tenant_models import SecureTenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("segments", "0001_initial"),
        ("customers", "0002_walls"),
    ]

    operations = [
        SecureTenantTable("Segment"),
        SecureTenantTable("SegmentMember"),
    ]
