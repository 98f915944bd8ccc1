import dangol.kit.ids
import dangol.kit.tenant_models
import django.db.models.deletion
from django.db import migrations, models

from dangol.kit.create_models import CreateModels
from dangol.kit.tenant_models import SecureTenantTable


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('tracking', '0001_initial'),
        ('workspaces', '0001_initial'),
    ]

    operations = [
        CreateModels([
            migrations.CreateModel(
                name='EventFile',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('source', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tracking.source')),
                    ('file_name', models.CharField(max_length=255)),
                    ('encoding', models.CharField(max_length=30)),
                    ('delimiter', models.CharField(blank=True, max_length=1)),
                    ('header', models.JSONField(default=list)),
                    ('state', models.CharField(choices=[('uploaded', 'Uploaded'), ('checking', 'Being checked'), ('checked', 'Checked'), ('running', 'Running'), ('paused', 'Paused'), ('done', 'Done'), ('failed', 'Failed'), ('cancelled', 'Cancelled'), ('undoing', 'Being undone'), ('undone', 'Undone')], default='uploaded', max_length=10)),
                    ('byte_count', models.PositiveBigIntegerField(default=0)),
                    ('line_count', models.PositiveIntegerField(default=0)),
                    ('next_line', models.PositiveIntegerField(default=0)),
                    ('good_count', models.PositiveIntegerField(default=0)),
                    ('rejected_count', models.PositiveIntegerField(default=0)),
                    ('repeated_count', models.PositiveIntegerField(default=0)),
                    ('by', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspaces.member')),
                    ('created_at', models.DateTimeField()),
                    ('finished_at', models.DateTimeField(blank=True, null=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['workspace', 'source', '-created_at'], name='event_file_newest')],
                },
            ),
            migrations.CreateModel(
                name='EventFilePiece',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('event_file', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='event_files.eventfile')),
                    ('first_line', models.PositiveIntegerField()),
                    ('line_count', models.PositiveIntegerField()),
                    ('content', models.BinaryField()),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('workspace', 'event_file', 'first_line'), name='event_file_piece_once')],
                },
            ),
            migrations.CreateModel(
                name='EventFileProblem',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('event_file', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='event_files.eventfile')),
                    ('line', models.PositiveIntegerField()),
                    ('code', models.CharField(max_length=40)),
                    ('detail', models.CharField(blank=True, max_length=300)),
                    ('text', models.TextField(blank=True)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('workspace', 'event_file', 'line'), name='event_file_problem_once')],
                },
            ),
        ]),
        *(
            SecureTenantTable(model)
            for model in (
                'EventFile', 'EventFilePiece', 'EventFileProblem',
            )
        ),
    ]
