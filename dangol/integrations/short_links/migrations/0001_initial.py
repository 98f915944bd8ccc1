import dangol.integrations.short_links.models
import dangol.kit.ids
import dangol.kit.tenant_models
import django.db.models.deletion
from django.db import migrations, models

from dangol.kit.tenant_models import SecureTenantTable

# A link is found by its code before a workspace is entered.
BY_CODE = """
CREATE POLICY by_code ON "short_links_shortlink" FOR SELECT
USING (code = (SELECT nullif(current_setting('dangol.secret', true), '')))
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('tracking', '0001_initial'),
        ('workspaces', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ShortLink',
            fields=[
                ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                ('source', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tracking.source')),
                ('code', models.CharField(default=dangol.integrations.short_links.models.new_code, max_length=20, unique=True)),
                ('name', models.CharField(max_length=100)),
                ('target', models.URLField(max_length=1000)),
                ('campaign', models.CharField(blank=True, max_length=100)),
                ('store', models.CharField(blank=True, max_length=100)),
                ('channel', models.CharField(blank=True, max_length=100)),
                ('joins_visits', models.BooleanField(db_default=False, default=False)),
                ('machine_count', models.PositiveIntegerField(default=0)),
                ('by', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspaces.member')),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['workspace', '-created_at'], name='short_link_newest')],
                'constraints': [models.UniqueConstraint(fields=('workspace', 'source', 'name'), name='short_link_name_once')],
            },
        ),
        SecureTenantTable('ShortLink'),
        migrations.RunSQL(BY_CODE),
    ]
