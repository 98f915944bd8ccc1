import dangol.kit.ids
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
            name='Mailbox',
            fields=[
                ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                ('host', models.CharField(max_length=200)),
                ('port', models.PositiveIntegerField(default=993)),
                ('security', models.CharField(choices=[('none', '—'), ('starttls', 'STARTTLS'), ('tls', 'TLS')], default='tls', max_length=10)),
                ('user', models.CharField(max_length=200)),
                ('password', models.TextField()),
                ('folder', models.CharField(default='INBOX', max_length=200)),
                ('uid_validity', models.BigIntegerField(default=0)),
                ('last_uid', models.BigIntegerField(default=0)),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('error', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('workspace',), name='bounce_mailbox_once')],
            },
        ),
        SecureTenantTable('Mailbox'),
    ]
