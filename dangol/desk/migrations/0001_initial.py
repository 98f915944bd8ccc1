import dangol.kit.ids
import dangol.kit.tenant_models
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from dangol.kit.create_models import CreateModels
from dangol.kit.tenant_models import SecureTenantTable


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('segments', '0001_initial'),
        ('workspaces', '0001_initial'),
    ]

    operations = [
        CreateModels([
            migrations.CreateModel(
                name='BulkChange',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('listed', models.CharField(choices=[('people', 'People'), ('companies', 'Companies')], max_length=10)),
                    ('action', models.CharField(choices=[('change', 'Change a field'), ('tag', 'Add a tag'), ('untag', 'Take a tag away'), ('delete', 'Move to the trash')], max_length=10)),
                    ('detail', models.JSONField(default=dict)),
                    ('ids', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                    ('size', models.PositiveIntegerField()),
                    ('position', models.PositiveIntegerField(default=0)),
                    ('changed', models.PositiveIntegerField(default=0)),
                    ('left', models.PositiveIntegerField(default=0)),
                    ('state', models.CharField(choices=[('running', 'Running'), ('done', 'Done'), ('undoing', 'Being undone'), ('undone', 'Undone'), ('failed', 'Failed')], default='running', max_length=10)),
                    ('by', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.member')),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['workspace', '-created_at'], name='bulk_change_newest')],
                },
            ),
            migrations.CreateModel(
                name='EventExport',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('name', models.TextField()),
                    ('since', models.DateTimeField()),
                    ('until', models.DateTimeField()),
                    ('segment', dangol.kit.tenant_models.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='segments.segment')),
                    ('format', models.CharField(choices=[('csv', 'Table (CSV)'), ('ndjson', 'One JSON a line (NDJSON)')], max_length=10)),
                    ('state', models.CharField(choices=[('running', 'Being written'), ('done', 'Ready')], default='running', max_length=10)),
                    ('expected', models.PositiveIntegerField()),
                    ('written', models.PositiveIntegerField(default=0)),
                    ('after_at', models.DateTimeField(null=True)),
                    ('after_id', models.UUIDField(null=True)),
                    ('by', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.member')),
                    ('created_at', models.DateTimeField()),
                    ('expires_at', models.DateTimeField()),
                ],
                options={
                    'indexes': [models.Index(fields=['workspace', '-created_at', '-id'], name='event_export_newest')],
                },
            ),
            migrations.CreateModel(
                name='EventExportPiece',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('export', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='desk.eventexport')),
                    ('content', models.BinaryField()),
                ],
                options={
                    'indexes': [models.Index(fields=['workspace', 'export', 'id'], name='event_export_pieces')],
                },
            ),
            migrations.CreateModel(
                name='SavedView',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('listed', models.CharField(choices=[('people', 'People'), ('companies', 'Companies')], max_length=10)),
                    ('name', models.CharField(max_length=80)),
                    ('scope', models.CharField(choices=[('private', 'Only me'), ('team', 'My team'), ('everybody', 'Everybody here')], default='private', max_length=10)),
                    ('by', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.member')),
                    ('team', dangol.kit.tenant_models.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.team')),
                    ('columns', models.JSONField(default=list)),
                    ('definition', models.JSONField(blank=True, default=dict)),
                    ('sort', models.CharField(blank=True, max_length=60)),
                    ('grouping', models.CharField(blank=True, max_length=60)),
                    ('version', models.PositiveIntegerField(default=1)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['workspace', 'listed', 'name'], name='saved_view_tabs')],
                    'constraints': [models.UniqueConstraint(fields=('workspace', 'by', 'listed', 'name'), name='saved_view_name_once')],
                },
            ),
        ]),
        *(
            SecureTenantTable(model)
            for model in (
                'BulkChange', 'EventExport', 'EventExportPiece', 'SavedView',
            )
        ),
    ]
