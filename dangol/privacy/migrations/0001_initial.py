"""How long data is kept, and breaches of it."""

import dangol.kit.ids
import dangol.kit.tenant_models
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from dangol.kit.tenant_models import AppendOnly, SecureTenantTable


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('segments', '0001_initial'),
        ('workspaces', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Breach',
            fields=[
                ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('title', models.CharField(max_length=200)),
                ('cause', models.CharField(choices=[('intrusion', 'Illegal access from outside'), ('mistake', 'A mistake, like a wrong recipient'), ('loss', 'A lost or stolen device or file'), ('insider', 'Somebody inside, without permission'), ('unknown', 'Not known yet')], max_length=10)),
                ('is_certain', models.BooleanField(default=True)),
                ('found_at', models.DateTimeField()),
                ('happened_at', models.DateTimeField(blank=True, null=True)),
                ('happened', models.TextField()),
                ('sorts', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('contact', 'Names and ways to reach somebody'), ('identifier', 'Numbers and identifiers'), ('profile', 'Details about a person'), ('sealed', 'Unique identifiers and sensitive data'), ('behaviour', 'What a person did'), ('purchase', 'Purchases'), ('message', 'Messages and answers'), ('judgement', 'Judgements, scores and groups'), ('consent', 'Consents and requests'), ('access', 'Sign-in and use of the system')], max_length=12), size=None)),
                ('has_sensitive', models.BooleanField(default=False)),
                ('is_gdpr', models.BooleanField(default=False)),
                ('risk', models.CharField(choices=[('unlikely', 'A risk is unlikely'), ('some', 'There is a risk'), ('high', 'The risk is high')], default='some', max_length=10)),
                ('people_count', models.PositiveIntegerField()),
                ('advice', models.TextField()),
                ('measures', models.TextField()),
                ('contact', models.CharField(max_length=300)),
                ('created_at', models.DateTimeField()),
                ('by', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspaces.member')),
                ('segment', dangol.kit.tenant_models.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='segments.segment')),
                ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
            ],
        ),
        migrations.CreateModel(
            name='BreachStep',
            fields=[
                ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('contained', 'Stopped or contained'), ('people_told', 'People told'), ('authority_told', 'PIPC or KISA told'), ('gdpr_told', 'GDPR authority told'), ('web_notice', 'Notice on the web site, for 30 days'), ('remedied', 'Cause removed'), ('closed', 'Closed')], max_length=20)),
                ('note', models.CharField(blank=True, max_length=500)),
                ('at', models.DateTimeField()),
                ('breach', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='privacy.breach')),
                ('by', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspaces.member')),
                ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
            ],
        ),
        migrations.CreateModel(
            name='RetentionChoice',
            fields=[
                ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('table', models.CharField(max_length=63)),
                ('days', models.PositiveIntegerField()),
                ('is_on', models.BooleanField(default=False)),
                ('at', models.DateTimeField()),
                ('by', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspaces.member')),
                ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
            ],
        ),
        migrations.CreateModel(
            name='RetentionRun',
            fields=[
                ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('table', models.CharField(max_length=63)),
                ('before', models.DateTimeField()),
                ('deleted', models.PositiveBigIntegerField(default=0)),
                ('started_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
            ],
        ),
        migrations.AddIndex(
            model_name='breach',
            index=models.Index(fields=['workspace', '-found_at', '-id'], name='breach_newest'),
        ),
        migrations.AddIndex(
            model_name='breachstep',
            index=models.Index(fields=['workspace', 'breach', 'at'], name='breach_step_of_breach'),
        ),
        migrations.AddConstraint(
            model_name='retentionchoice',
            constraint=models.UniqueConstraint(fields=('workspace', 'table'), name='retention_choice_once'),
        ),
        migrations.AddIndex(
            model_name='retentionrun',
            index=models.Index(fields=['workspace', '-started_at', '-id'], name='retention_run_newest'),
        ),
        migrations.AddConstraint(
            model_name='retentionrun',
            constraint=models.UniqueConstraint(condition=models.Q(('finished_at', None)), fields=('workspace', 'table'), name='retention_run_open_once'),
        ),
        *(SecureTenantTable(model) for model in ("RetentionChoice", "RetentionRun", "Breach", "BreachStep")),
        AppendOnly("BreachStep"),
    ]
