"""Who made a key."""

import django.db.models.deletion
from django.db import migrations

import dangol.kit.tenant_models
from dangol.kit.tenant_models import SecureTenantField


class Migration(migrations.Migration):
    dependencies = [
        ("workspaces", "0004_bounds"),
    ]

    operations = [
        migrations.AddField(
            model_name="apikey",
            name="by",
            field=dangol.kit.tenant_models.TenantForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="workspaces.member",
            ),
        ),
        SecureTenantField("ApiKey", "by"),
    ]
