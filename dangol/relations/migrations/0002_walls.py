"""Row-level security, composite keys and append-only guards of this room."""

from django.db import migrations

from dangol.kit.tenant_models import SecureTenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("relations", "0001_initial"),
        ("customers", "0002_walls"),
    ]

    operations = [
        SecureTenantTable("StoryEntry"),
        SecureTenantTable("Feeling"),
        SecureTenantTable("Promise"),
        SecureTenantTable("PromiseEnd"),
        SecureTenantTable("Hurt"),
        SecureTenantTable("HurtResolution"),
        SecureTenantTable("Attention"),
        SecureTenantTable("AttentionCharge"),
        SecureTenantTable("RhythmFit"),
        SecureTenantTable("Strength"),
    ]
