"""Row-level security, composite keys and append-only guards of this room."""

from django.db import migrations

from dangol.kit.tenant_models import SecureTenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0001_initial"),
        ("customers", "0002_walls"),
    ]

    operations = [
        SecureTenantTable("Template"),
        SecureTenantTable("TemplateVersion"),
        SecureTenantTable("Sender"),
        SecureTenantTable("ContactRules"),
        SecureTenantTable("PolicyDecision"),
        SecureTenantTable("Message"),
        SecureTenantTable("Reaction"),
        SecureTenantTable("Suppression"),
    ]
