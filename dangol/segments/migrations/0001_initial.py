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
        ('customers', '0001_initial'),
        ('workspaces', '0001_initial'),
    ]

    operations = [
        CreateModels([
            migrations.CreateModel(
                name='ImportedList',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('name', models.CharField(max_length=120)),
                    ('given', models.PositiveIntegerField()),
                    ('unknown', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=320), default=list, size=None)),
                    ('created_by', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspaces.member')),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('workspace', 'name'), name='list_name_once')],
                },
            ),
            migrations.CreateModel(
                name='ListedPerson',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('list', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='segments.importedlist')),
                    ('person', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.person')),
                ],
                options={
                    'indexes': [models.Index(fields=['workspace', 'person'], name='lists_of_person')],
                    'constraints': [models.UniqueConstraint(fields=('workspace', 'list', 'person'), name='listed_once')],
                },
            ),
            migrations.CreateModel(
                name='Segment',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('name', models.CharField(max_length=120)),
                    ('definition', models.JSONField()),
                    ('version', models.PositiveIntegerField(default=1)),
                    ('state', models.CharField(choices=[('computing', 'Computing'), ('ready', 'Ready')], default='computing', max_length=10)),
                    ('size', models.PositiveIntegerField(null=True)),
                    ('computed_at', models.DateTimeField(null=True)),
                    ('judged_until', models.DateTimeField(null=True)),
                    ('next_turn_at', models.DateTimeField(null=True)),
                    ('created_by', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspaces.member')),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('workspace', 'name'), name='segment_name_once')],
                },
            ),
            migrations.CreateModel(
                name='SegmentMember',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('segment', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='segments.segment')),
                    ('person', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.person')),
                    ('entered_at', models.DateTimeField()),
                ],
                options={
                    'indexes': [models.Index(fields=['workspace', 'person'], name='segments_of_person')],
                    'constraints': [models.UniqueConstraint(fields=('workspace', 'segment', 'person'), name='segment_member_once')],
                },
            ),
            migrations.CreateModel(
                name='SegmentVersion',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('segment', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='segments.segment')),
                    ('number', models.PositiveIntegerField()),
                    ('definition', models.JSONField()),
                    ('at', models.DateTimeField()),
                    ('by', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspaces.member')),
                    ('reason', models.CharField(blank=True, max_length=300)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('workspace', 'segment', 'number'), name='segment_version_once')],
                },
            ),
            migrations.CreateModel(
                name='SegmentSize',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('segment', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='segments.segment')),
                    ('hour', models.DateTimeField()),
                    ('size', models.PositiveIntegerField()),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('workspace', 'segment', 'hour'), name='segment_size_once')],
                },
            ),
            migrations.CreateModel(
                name='ComputedTrait',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('name', models.CharField(max_length=120)),
                    ('question', models.JSONField()),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('workspace', 'name'), name='trait_name_once')],
                },
            ),
        ]),
        *(
            SecureTenantTable(model)
            for model in (
                'ImportedList', 'ListedPerson', 'Segment', 'SegmentMember', 'SegmentVersion', 'SegmentSize',
                'ComputedTrait',
            )
        ),
    ]
