import dangol.kit.ids
import dangol.kit.tenant_models
import django.db.models.deletion
from django.db import migrations, models

from dangol.kit.tenant_models import SecureTenantTable


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('workspaces', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='KeptAnswer',
            fields=[
                ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                ('key', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.apikey')),
                ('sent', models.CharField(max_length=255)),
                ('asked_digest', models.CharField(max_length=64)),
                ('status', models.PositiveSmallIntegerField(default=0)),
                ('headers', models.JSONField(default=dict)),
                ('body', models.TextField(blank=True)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['workspace', 'created_at'], name='kept_answer_oldest')],
                'constraints': [models.UniqueConstraint(fields=('workspace', 'key', 'sent'), name='kept_answer_once')],
            },
        ),
        SecureTenantTable('KeptAnswer'),
    ]
