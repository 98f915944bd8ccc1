import dangol.kit.ids
import dangol.kit.tenant_models
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from dangol.tracking.migrations import _counts, _events, _inbox, _lake, _write_keys
from dangol.kit.create_models import CreateModels
from dangol.kit.tenant_models import SecureTenantTable


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('customers', '0001_initial'),
        ('workspaces', '0001_initial'),
    ]

    operations = [
        CreateModels([
            migrations.CreateModel(
                name='InboxEntry',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='workspaces.workspace')),
                    ('source_id', models.UUIDField()),
                    ('call', models.CharField(max_length=10)),
                    ('received_at', models.DateTimeField()),
                    ('body', models.BinaryField()),
                ],
                options={
                    'db_table': 'tracking_inbox',
                    'managed': False,
                },
            ),
            migrations.CreateModel(
                name='Event',
                fields=[
                    ('id', models.UUIDField(primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='workspaces.workspace')),
                    ('occurred_at', models.DateTimeField()),
                    ('received_at', models.DateTimeField()),
                    ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='customers.person')),
                    ('anonymous_id', models.TextField(blank=True)),
                    ('user_id', models.TextField(blank=True)),
                    ('kind', models.CharField(max_length=10)),
                    ('name', models.TextField()),
                    ('properties', models.JSONField()),
                    ('context', models.JSONField()),
                    ('source_id', models.UUIDField()),
                    ('message_id', models.TextField()),
                ],
                options={
                    'db_table': 'tracking_event',
                    'managed': False,
                },
            ),
            migrations.CreateModel(
                name='SeenMessage',
                fields=[
                    ('digest', models.UUIDField(primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='workspaces.workspace')),
                ],
                options={
                    'db_table': 'tracking_seen',
                    'managed': False,
                },
            ),
            migrations.CreateModel(
                name='DailyCount',
                fields=[
                    ('person', models.OneToOneField(on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name='+', serialize=False, to='customers.person')),
                    ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='workspaces.workspace')),
                    ('name', models.TextField()),
                    ('day', models.DateField()),
                    ('count', models.IntegerField()),
                    ('amount', models.DecimalField(decimal_places=2, max_digits=16)),
                ],
                options={
                    'db_table': 'tracking_daily_count',
                    'managed': False,
                },
            ),
            migrations.CreateModel(
                name='DeadLetter',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('source_id', models.UUIDField()),
                    ('received_at', models.DateTimeField()),
                    ('code', models.CharField(max_length=40)),
                    ('detail', models.TextField(blank=True)),
                    ('body', models.BinaryField()),
                    ('call', models.CharField(blank=True, max_length=10)),
                ],
                options={
                    'indexes': [models.Index(fields=['workspace', '-received_at'], name='dead_letter_newest'), models.Index(fields=['workspace', 'code', '-received_at', '-id'], name='dead_letter_by_reason')],
                },
            ),
            migrations.CreateModel(
                name='LakeFile',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('table', models.CharField(max_length=63)),
                    ('month', models.DateField(null=True)),
                    ('first_id', models.UUIDField(null=True)),
                    ('last_id', models.UUIDField(null=True)),
                    ('rows', models.BigIntegerField()),
                    ('size', models.BigIntegerField(help_text='bytes')),
                    ('newest_at', models.DateTimeField(null=True)),
                    ('made_at', models.DateTimeField()),
                    ('replaced_at', models.DateTimeField(null=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['workspace', 'table', 'month'], name='lake_file_of_table')],
                },
            ),
            migrations.CreateModel(
                name='LakeChange',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='workspaces.workspace')),
                    ('month', models.DateField()),
                    ('first_id', models.UUIDField()),
                    ('last_id', models.UUIDField()),
                ],
                options={
                    'db_table': 'tracking_lake_change',
                    'managed': False,
                },
            ),
            migrations.CreateModel(
                name='Order',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('person', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.person')),
                    ('number', models.CharField(max_length=100)),
                    ('placed_at', models.DateTimeField()),
                    ('amount', models.DecimalField(decimal_places=2, max_digits=14)),
                    ('refunded', models.DecimalField(db_default=0, decimal_places=2, default=0, max_digits=14)),
                    ('currency', models.CharField(max_length=3)),
                    ('item_count', models.PositiveIntegerField(default=0)),
                    ('is_gift', models.BooleanField(default=False)),
                    ('event_id', models.UUIDField()),
                    ('recorded_at', models.DateTimeField(auto_now_add=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['workspace', 'person', '-placed_at'], name='order_of_person'), models.Index(fields=['workspace', '-placed_at'], name='order_newest')],
                    'constraints': [models.UniqueConstraint(fields=('workspace', 'number'), name='order_number_once')],
                },
            ),
            migrations.CreateModel(
                name='OrderLine',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('order', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tracking.order')),
                    ('position', models.PositiveSmallIntegerField()),
                    ('sku', models.CharField(blank=True, max_length=100)),
                    ('name', models.CharField(blank=True, max_length=300)),
                    ('quantity', models.PositiveIntegerField(default=1)),
                    ('price', models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('workspace', 'order', 'position'), name='order_line_once')],
                },
            ),
            migrations.CreateModel(
                name='Refund',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('number', models.CharField(max_length=100)),
                    ('key', models.CharField(max_length=100)),
                    ('refunded_at', models.DateTimeField()),
                    ('amount', models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                    ('currency', models.CharField(blank=True, max_length=3)),
                    ('event_id', models.UUIDField()),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('workspace', 'number', 'key'), name='refund_once')],
                },
            ),
            migrations.CreateModel(
                name='Replay',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('since', models.DateTimeField()),
                    ('until', models.DateTimeField()),
                    ('state', models.CharField(choices=[('running', 'Running'), ('stopped', 'Stopped'), ('failed', 'Failed'), ('done', 'Done')], default='running', max_length=10)),
                    ('after', models.UUIDField(blank=True, null=True)),
                    ('people', models.PositiveIntegerField(blank=True, null=True)),
                    ('done', models.PositiveIntegerField(default=0)),
                    ('by', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspaces.member')),
                    ('created_at', models.DateTimeField()),
                ],
                options={
                    'indexes': [models.Index(fields=['workspace', '-created_at', '-id'], name='replay_newest')],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'running')), fields=('workspace',), name='replay_one_at_a_time')],
                },
            ),
            migrations.CreateModel(
                name='EventDefinition',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('name', models.TextField()),
                    ('kind', models.CharField(choices=[('identify', 'Identify'), ('track', 'Track'), ('page', 'Page'), ('screen', 'Screen'), ('group', 'Group'), ('alias', 'Alias')], max_length=10)),
                    ('label_ko', models.CharField(blank=True, db_default='', default='', max_length=100)),
                    ('label_en', models.CharField(blank=True, db_default='', default='', max_length=100)),
                    ('description', models.CharField(blank=True, max_length=500)),
                    ('rule', models.CharField(blank=True, choices=[('expected', 'Expected'), ('block', 'Kept out')], max_length=10)),
                    ('first_seen_at', models.DateTimeField()),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('workspace', 'name'), name='event_definition_once')],
                },
            ),
            migrations.CreateModel(
                name='PropertyDefinition',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('event', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tracking.eventdefinition')),
                    ('name', models.TextField()),
                    ('types', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('text', 'text'), ('number', 'number'), ('flag', 'yes or no'), ('list', 'list'), ('object', 'object')], max_length=10), default=list, size=None)),
                    ('rule', models.CharField(blank=True, choices=[('expected', 'Expected'), ('mask', 'Masked'), ('drop', 'Left out'), ('block', 'Keeps its event out'), ('trust', 'Never struck out')], max_length=10)),
                    ('first_seen_at', models.DateTimeField()),
                ],
                options={
                    'indexes': [models.Index(condition=models.Q(('rule__in', ['mask', 'drop', 'block', 'trust'])), fields=['workspace'], name='property_rules')],
                    'constraints': [models.UniqueConstraint(fields=('workspace', 'event', 'name'), name='property_definition_once')],
                },
            ),
            migrations.CreateModel(
                name='SchemaWarning',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('event', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tracking.eventdefinition')),
                    ('property', models.TextField(blank=True)),
                    ('kind', models.CharField(choices=[('resident_number', 'Resident registration numbers'), ('card_number', 'Card numbers'), ('new_property', 'New property'), ('type_changed', 'Type changed'), ('unplanned', 'Not in the plan'), ('stopped', 'Stopped coming'), ('fewer', 'Far fewer'), ('more', 'Far more')], max_length=20)),
                    ('detail', models.JSONField(default=dict)),
                    ('times', models.PositiveIntegerField(default=1)),
                    ('first_at', models.DateTimeField()),
                    ('last_at', models.DateTimeField()),
                    ('closed_at', models.DateTimeField(blank=True, null=True)),
                    ('closed_by', dangol.kit.tenant_models.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='workspaces.member')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('workspace', 'event', 'property', 'kind'), name='schema_warning_open_once')],
                },
            ),
            migrations.CreateModel(
                name='HourlyCount',
                fields=[
                    ('source_id', models.UUIDField(primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='workspaces.workspace')),
                    ('name', models.TextField()),
                    ('hour', models.DateTimeField()),
                    ('count', models.IntegerField()),
                ],
                options={
                    'db_table': 'tracking_hourly_count',
                    'managed': False,
                },
            ),
            migrations.CreateModel(
                name='Source',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('name', models.CharField(max_length=100)),
                    ('kind', models.CharField(choices=[('api', 'Site, app or server (tracking API)'), ('webhooks', 'Webhook of a shop or service'), ('event_files', 'Files of past events'), ('tills', 'Till receipts'), ('devices', 'Devices (MQTT)'), ('short_links', 'Short links and QR codes')], default='api', max_length=20)),
                    ('mapping', models.JSONField(default=dict)),
                    ('key_digest', models.CharField(max_length=64, unique=True)),
                    ('key_hint', models.CharField(max_length=12)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('first_event_at', models.DateTimeField(blank=True, null=True)),
                    ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('workspace', 'name'), name='source_name_once')],
                },
            ),
            migrations.CreateModel(
                name='Sample',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('source', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tracking.source')),
                    ('received_at', models.DateTimeField()),
                    ('body', models.BinaryField()),
                ],
                options={
                    'indexes': [models.Index(fields=['workspace', 'source', '-received_at'], name='sample_newest')],
                },
            ),
            migrations.CreateModel(
                name='TimeRules',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('hours_ahead', models.PositiveIntegerField(blank=True, null=True)),
                    ('days_late', models.PositiveIntegerField(blank=True, null=True)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('workspace',), name='time_rules_once')],
                },
            ),
        ]),
        *(
            SecureTenantTable(model)
            for model in (
                'DeadLetter', 'LakeFile', 'Order', 'OrderLine', 'Refund', 'Replay', 'EventDefinition',
                'PropertyDefinition', 'SchemaWarning', 'Source', 'Sample', 'TimeRules',
            )
        ),
        *_inbox.OPERATIONS,
        *_events.OPERATIONS,
        *_counts.OPERATIONS,
        *_lake.OPERATIONS,
        *_write_keys.OPERATIONS,
    ]
