import dangol.integrations.webhooks.models
import dangol.kit.ids
import dangol.kit.tenant_models
import django.db.models.deletion
from django.db import migrations, models

from dangol.kit.tenant_models import SecureTenantTable

# A webhook is found by its address before a workspace is entered.
BY_ADDRESS = """
CREATE POLICY by_address ON "webhooks_webhook" FOR SELECT
USING (address = (SELECT nullif(current_setting('dangol.secret', true), '')))
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('tracking', '0001_initial'),
        ('workspaces', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Webhook',
            fields=[
                ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                ('source', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tracking.source')),
                ('address', models.CharField(default=dangol.integrations.webhooks.models.new_address, max_length=40, unique=True)),
                ('scheme', models.CharField(choices=[('standard', 'Standard Webhooks (PortOne and others)'), ('shopify', 'Shopify'), ('cafe24', 'Cafe24 (key in a header)'), ('toss', 'Toss Payments'), ('stripe', 'Stripe, and those who sign like it'), ('header', 'HMAC-SHA256 of the body in a header')], default='standard', max_length=10)),
                ('secret', models.TextField()),
                ('signature_header', models.CharField(blank=True, max_length=100)),
                ('id_header', models.CharField(blank=True, max_length=100)),
                ('refused_count', models.PositiveIntegerField(default=0)),
                ('refused_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('workspace', 'source'), name='webhook_once')],
            },
        ),
        SecureTenantTable('Webhook'),
        migrations.RunSQL(BY_ADDRESS),
    ]
