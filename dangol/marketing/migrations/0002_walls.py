"""Row-level security, composite keys and append-only guards of this room."""

from django.db import migrations

from dangol.kit.tenant_models import SecureTenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("marketing", "0001_initial"),
        ("messaging", "0002_walls"),
        ("segments", "0002_walls"),
    ]

    operations = [
        SecureTenantTable("Campaign"),
        SecureTenantTable("CampaignLaunch"),
        SecureTenantTable("CampaignCancellation"),
        SecureTenantTable("Recipient"),
    ]
