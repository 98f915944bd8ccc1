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
        ('messaging', '0001_initial'),
        ('segments', '0001_initial'),
        ('workspaces', '0001_initial'),
    ]

    operations = [
        CreateModels([
            migrations.CreateModel(
                name='Campaign',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('name', models.CharField(max_length=120)),
                    ('segment', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='segments.segment')),
                    ('template', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='messaging.template')),
                    ('template_version', dangol.kit.tenant_models.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='messaging.templateversion')),
                    ('intended_feeling', models.CharField(max_length=60)),
                    ('holdout_percent', models.PositiveSmallIntegerField(default=10, validators=[django.core.validators.MaxValueValidator(50)])),
                    ('no_holdout_reason', models.CharField(blank=True, max_length=200)),
                    ('salt', models.UUIDField(editable=False)),
                    ('state', models.CharField(choices=[('draft', 'Draft'), ('scheduled', 'Scheduled'), ('sending', 'Sending'), ('waiting', 'Waiting for the right time'), ('finished', 'Finished'), ('cancelled', 'Cancelled')], default='draft', max_length=10)),
                    ('scheduled_at', models.DateTimeField(blank=True, null=True)),
                    ('finished_at', models.DateTimeField(blank=True, null=True)),
                    ('created_by', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspaces.member')),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['workspace', '-created_at', '-id'], name='campaign_newest')],
                    'constraints': [models.UniqueConstraint(fields=('workspace', 'name'), name='campaign_name_once'), models.CheckConstraint(condition=models.Q(('holdout_percent__gt', 0), models.Q(('no_holdout_reason', ''), _negated=True), _connector='OR'), name='no_holdout_needs_a_reason')],
                },
            ),
            migrations.CreateModel(
                name='CampaignLaunch',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('campaign', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='marketing.campaign')),
                    ('by', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspaces.member')),
                    ('at', models.DateTimeField()),
                    ('audience_count', models.PositiveIntegerField(blank=True, null=True)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('workspace', 'campaign'), name='campaign_launched_once')],
                },
            ),
            migrations.CreateModel(
                name='CampaignCancellation',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('campaign', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='marketing.campaign')),
                    ('by', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspaces.member')),
                    ('at', models.DateTimeField()),
                    ('reason', models.CharField(max_length=200)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('workspace', 'campaign'), name='campaign_cancelled_once')],
                },
            ),
            migrations.CreateModel(
                name='Recipient',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('campaign', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='marketing.campaign')),
                    ('person', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.person')),
                    ('cluster', models.CharField(max_length=80)),
                    ('arm', models.CharField(choices=[('contact', 'Written to'), ('holdout', 'Left alone')], max_length=10)),
                    ('decision', dangol.kit.tenant_models.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='messaging.policydecision')),
                    ('started_at', models.DateTimeField()),
                    ('ended_at', models.DateTimeField(blank=True, null=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['workspace', 'campaign', 'arm'], name='recipient_of_arm'), models.Index(fields=['workspace', 'person'], name='recipient_of_person')],
                    'constraints': [models.UniqueConstraint(fields=('workspace', 'campaign', 'person'), name='recipient_once')],
                },
            ),
        ]),
        *(
            SecureTenantTable(model)
            for model in (
                'Campaign', 'CampaignLaunch', 'CampaignCancellation', 'Recipient',
            )
        ),
    ]
