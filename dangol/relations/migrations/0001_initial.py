import dangol.kit.ids
import dangol.kit.tenant_models
import django.core.validators
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
                name='Attention',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('person', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.person')),
                    ('load', models.FloatField()),
                    ('at', models.DateTimeField()),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('workspace', 'person'), name='attention_once')],
                },
            ),
            migrations.CreateModel(
                name='AttentionCharge',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('person', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.person')),
                    ('kind', models.CharField(choices=[('contact', 'Contact'), ('welcome', 'Welcome contact'), ('unwelcome', 'Unwelcome contact')], max_length=10)),
                    ('channel', models.CharField(max_length=10)),
                    ('points', models.FloatField()),
                    ('at', models.DateTimeField()),
                    ('reason', models.CharField(max_length=40)),
                    ('source_id', models.UUIDField()),
                ],
                options={
                    'indexes': [models.Index(fields=['workspace', 'person', '-at'], name='attention_charge_of_person')],
                    'constraints': [models.UniqueConstraint(fields=('workspace', 'person', 'source_id', 'reason'), name='attention_charge_once')],
                },
            ),
            migrations.CreateModel(
                name='Feeling',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('person', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.person')),
                    ('valence', models.SmallIntegerField(validators=[django.core.validators.MinValueValidator(-2), django.core.validators.MaxValueValidator(2)])),
                    ('intensity', models.SmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(3)])),
                    ('source', models.CharField(choices=[('declared', 'Said by the customer'), ('observed', 'Noticed by staff'), ('inferred', 'Inferred')], max_length=10)),
                    ('touchpoint', models.CharField(max_length=100)),
                    ('evidence', models.TextField(blank=True)),
                    ('at', models.DateTimeField()),
                    ('by', dangol.kit.tenant_models.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspaces.member')),
                ],
                options={
                    'indexes': [models.Index(fields=['workspace', 'person', '-at'], name='feeling_of_person')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('valence__gte', -2), ('valence__lte', 2)), name='feeling_valence_in_range'), models.CheckConstraint(condition=models.Q(('intensity__gte', 1), ('intensity__lte', 3)), name='feeling_intensity_in_range')],
                },
            ),
            migrations.CreateModel(
                name='Promise',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('person', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.person')),
                    ('by', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspaces.member')),
                    ('sentence', models.TextField()),
                    ('due_at', models.DateTimeField()),
                    ('made_at', models.DateTimeField()),
                ],
                options={
                    'indexes': [models.Index(fields=['workspace', 'person', 'due_at'], name='promise_of_person')],
                },
            ),
            migrations.CreateModel(
                name='PromiseEnd',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('promise', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='relations.promise')),
                    ('outcome', models.CharField(choices=[('kept', 'Kept'), ('late', 'Kept late'), ('renegotiated', 'Renegotiated'), ('withdrawn', 'Withdrawn')], max_length=20)),
                    ('by', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspaces.member')),
                    ('at', models.DateTimeField()),
                    ('note', models.TextField(blank=True)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('workspace', 'promise'), name='promise_ends_once')],
                },
            ),
            migrations.CreateModel(
                name='Hurt',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('person', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.person')),
                    ('reason', models.TextField()),
                    ('opened_at', models.DateTimeField()),
                    ('by', dangol.kit.tenant_models.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspaces.member')),
                ],
                options={
                    'indexes': [models.Index(fields=['workspace', 'person'], name='hurt_of_person')],
                },
            ),
            migrations.CreateModel(
                name='HurtResolution',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('hurt', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='relations.hurt')),
                    ('by', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspaces.member')),
                    ('at', models.DateTimeField()),
                    ('note', models.TextField(blank=True)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('workspace', 'hurt'), name='hurt_resolved_once')],
                },
            ),
            migrations.CreateModel(
                name='StoryEntry',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('person', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.person')),
                    ('kind', models.CharField(max_length=40)),
                    ('chapter', models.CharField(choices=[('first_meeting', 'First meeting'), ('first_purchase', 'First purchase'), ('growing_closer', 'Growing closer'), ('trouble', 'Trouble'), ('recovery', 'Recovery'), ('silence', 'Silence'), ('return', 'Return')], max_length=20)),
                    ('at', models.DateTimeField()),
                    ('details', models.JSONField(default=dict)),
                    ('source_table', models.CharField(max_length=60)),
                    ('source_id', models.UUIDField()),
                    ('recorded_at', models.DateTimeField(auto_now_add=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['workspace', 'person', '-at', '-id'], name='story_of_person')],
                    'constraints': [models.UniqueConstraint(fields=('workspace', 'person', 'kind', 'source_id'), name='story_entry_once')],
                },
            ),
            migrations.CreateModel(
                name='RhythmFit',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('fitted_at', models.DateTimeField()),
                    ('customer_count', models.PositiveIntegerField()),
                    ('r', models.FloatField()),
                    ('alpha', models.FloatField()),
                    ('a', models.FloatField()),
                    ('b', models.FloatField()),
                    ('log_likelihood', models.FloatField()),
                    ('p', models.FloatField(null=True)),
                    ('q', models.FloatField(null=True)),
                    ('v', models.FloatField(null=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['workspace', '-fitted_at'], name='rhythm_fit_newest')],
                },
            ),
            migrations.CreateModel(
                name='Strength',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('person', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.person')),
                    ('score', models.PositiveSmallIntegerField()),
                    ('trend', models.SmallIntegerField(default=0)),
                    ('alive', models.FloatField(null=True)),
                    ('expected_orders', models.FloatField(null=True)),
                    ('expected_amount', models.FloatField(null=True)),
                    ('parts', models.JSONField(default=dict)),
                    ('computed_at', models.DateTimeField()),
                ],
                options={
                    'indexes': [models.Index(fields=['workspace', '-score'], name='strength_best')],
                    'constraints': [models.UniqueConstraint(fields=('workspace', 'person'), name='strength_once')],
                },
            ),
        ]),
        *(
            SecureTenantTable(model)
            for model in (
                'Attention', 'AttentionCharge', 'Feeling', 'Promise', 'PromiseEnd', 'Hurt',
                'HurtResolution', 'StoryEntry', 'RhythmFit', 'Strength',
            )
        ),
    ]
