import dangol.kit.ids
import dangol.kit.tenant_models
import datetime
import django.db.models.deletion
from django.db import migrations, models

from dangol.kit.create_models import CreateModels
from dangol.kit.tenant_models import SecureTenantTable


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('workspaces', '0001_initial'),
    ]

    operations = [
        CreateModels([
            migrations.CreateModel(
                name='Source',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('name', models.CharField(max_length=100)),
                    ('kind', models.CharField(choices=[('sql', 'Database'), ('files', 'Files'), ('rest', 'Web service')], max_length=10)),
                    ('subject', models.CharField(default='people', max_length=60)),
                    ('place', models.JSONField(default=dict)),
                    ('secrets', models.TextField(blank=True)),
                    ('is_private_allowed', models.BooleanField(default=False)),
                    ('content', models.JSONField(default=dict)),
                    ('columns', models.JSONField(default=list)),
                    ('mapping', models.JSONField(default=dict)),
                    ('on_duplicate', models.CharField(choices=[('update', 'Update: what the line says is written over what is known'), ('fill', 'Fill: only what is empty is filled in'), ('skip', 'Skip: the line is left out'), ('new', 'Make new: a second record is made beside the known one')], default='update', max_length=10)),
                    ('load', models.CharField(choices=[('incremental', 'Only what is new or changed'), ('full', 'Everything, each time')], default='full', max_length=15)),
                    ('cursor_column', models.CharField(blank=True, max_length=200)),
                    ('cursor', models.JSONField(default=dict)),
                    ('drift', models.JSONField(default=dict)),
                    ('rhythm', models.CharField(choices=[('minutes', 'Every few minutes'), ('hours', 'Every few hours'), ('daily', 'Every day at a time'), ('by_hand', 'Only when somebody asks')], default='hours', max_length=10)),
                    ('every', models.PositiveIntegerField(default=1)),
                    ('daily_at', models.TimeField(default=datetime.time(4, 0))),
                    ('is_active', models.BooleanField(default=False)),
                    ('next_run_at', models.DateTimeField(blank=True, null=True)),
                    ('by', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspaces.member')),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['workspace', 'next_run_at'], name='data_source_due')],
                    'constraints': [models.UniqueConstraint(fields=('workspace', 'name'), name='data_source_name_once')],
                },
            ),
            migrations.CreateModel(
                name='SeenRow',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('source', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='data_sources.source')),
                    ('digest', models.CharField(max_length=32)),
                    ('run_id', models.UUIDField()),
                    ('gone_at', models.DateTimeField(blank=True, null=True)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('workspace', 'source', 'digest'), name='data_source_row_once')],
                },
            ),
            migrations.CreateModel(
                name='Run',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('source', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='data_sources.source')),
                    ('state', models.CharField(choices=[('running', 'Running'), ('waiting', 'Waiting to try again'), ('done', 'Done'), ('stopped', 'Stopped: the columns changed'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], default='running', max_length=10)),
                    ('by', dangol.kit.tenant_models.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspaces.member')),
                    ('started_at', models.DateTimeField()),
                    ('ended_at', models.DateTimeField(blank=True, null=True)),
                    ('attempts', models.PositiveIntegerField(default=0)),
                    ('next_try_at', models.DateTimeField(blank=True, null=True)),
                    ('holder', models.UUIDField(blank=True, null=True)),
                    ('position', models.JSONField(default=dict)),
                    ('cursor_before', models.JSONField(default=dict)),
                    ('cursor_after', models.JSONField(default=dict)),
                    ('read_count', models.PositiveIntegerField(default=0)),
                    ('created_count', models.PositiveIntegerField(default=0)),
                    ('updated_count', models.PositiveIntegerField(default=0)),
                    ('rejected_count', models.PositiveIntegerField(default=0)),
                    ('vanished_count', models.PositiveIntegerField(blank=True, null=True)),
                    ('drift', models.JSONField(default=dict)),
                    ('error', models.CharField(blank=True, max_length=500)),
                    ('undone_at', models.DateTimeField(blank=True, null=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['workspace', 'source', '-started_at'], name='data_source_run_newest')],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ('running', 'waiting'))), fields=('workspace', 'source'), name='data_source_runs_once')],
                },
            ),
            migrations.CreateModel(
                name='RunProblem',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('run', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='data_sources.run')),
                    ('place', models.CharField(blank=True, max_length=200)),
                    ('row', models.PositiveIntegerField()),
                    ('column', models.CharField(blank=True, max_length=200)),
                    ('code', models.CharField(blank=True, max_length=40)),
                    ('text', models.CharField(blank=True, max_length=500)),
                ],
                options={
                    'indexes': [models.Index(fields=['workspace', 'run', 'row'], name='data_source_problem_rows')],
                },
            ),
        ]),
        *(
            SecureTenantTable(model)
            for model in (
                'Source', 'SeenRow', 'Run', 'RunProblem',
            )
        ),
    ]
