import dangol.kit.ids
import dangol.kit.tenant_models
import django.db.models.deletion
from django.db import migrations, models

from dangol.kit.tenant_models import SecureTenantTable


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('tracking', '0001_initial'),
        ('workspaces', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Broker',
            fields=[
                ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                ('source', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tracking.source')),
                ('host', models.CharField(max_length=200)),
                ('port', models.PositiveIntegerField(default=8883)),
                ('is_encrypted', models.BooleanField(default=True)),
                ('is_private_allowed', models.BooleanField(default=False)),
                ('authority', models.TextField(blank=True, db_default='', default='')),
                ('user', models.CharField(blank=True, max_length=200)),
                ('password', models.TextField(blank=True)),
                ('topics', models.CharField(default='#', max_length=300)),
                ('committed', models.JSONField(default=list)),
                ('is_connected', models.BooleanField(default=False)),
                ('error', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('workspace', 'source'), name='broker_once')],
            },
        ),
        SecureTenantTable('Broker'),
    ]
