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
        ('customers', '0001_initial'),
        ('workspaces', '0001_initial'),
    ]

    operations = [
        CreateModels([
            migrations.CreateModel(
                name='ConsentNotice',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('person', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.person')),
                    ('entry', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.consententry')),
                    ('kind', models.CharField(choices=[('result', 'What was agreed to or taken back'), ('reconfirm', 'That the consent stands, every two years'), ('expiry', 'That the consent ends soon')], max_length=12)),
                    ('at', models.DateTimeField()),
                    ('run_id', models.UUIDField()),
                    ('message_id', models.UUIDField(blank=True, null=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['workspace', 'person', '-at'], name='consent_notice_of_person'), models.Index(fields=['workspace', 'message_id'], name='consent_notice_of_message')],
                    'constraints': [models.UniqueConstraint(fields=('workspace', 'entry', 'kind'), name='consent_notice_once')],
                },
            ),
            migrations.CreateModel(
                name='PolicyDecision',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('person', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.person')),
                    ('channel', models.CharField(choices=[('email', 'E-mail'), ('sms', 'Text message'), ('kakao', 'Kakao'), ('push', 'Push'), ('phone', 'Phone call')], max_length=10)),
                    ('purpose', models.CharField(choices=[('marketing', 'Marketing'), ('service', 'Service'), ('transactional', 'Transaction')], max_length=20)),
                    ('stage', models.CharField(choices=[('preview', 'Preview'), ('enqueue', 'When it was queued'), ('handoff', 'At hand-off')], max_length=10)),
                    ('outcome', models.CharField(choices=[('allow', 'May be sent'), ('hold', 'Held'), ('refuse', 'Not sent')], max_length=10)),
                    ('hold_until', models.DateTimeField(blank=True, null=True)),
                    ('reasons', models.JSONField(default=list)),
                    ('facts', models.JSONField(default=dict)),
                    ('origin_id', models.UUIDField()),
                    ('at', models.DateTimeField()),
                ],
                options={
                    'indexes': [models.Index(fields=['workspace', 'person', '-at'], name='decision_of_person'), models.Index(fields=['workspace', 'origin_id'], name='decision_of_origin')],
                },
            ),
            migrations.CreateModel(
                name='Template',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('name', models.CharField(max_length=120)),
                    ('channel', models.CharField(choices=[('email', 'E-mail'), ('sms', 'Text message'), ('kakao', 'Kakao'), ('push', 'Push'), ('phone', 'Phone call')], default='email', max_length=10)),
                    ('purpose', models.CharField(choices=[('marketing', 'Marketing'), ('service', 'Service'), ('transactional', 'Transaction')], max_length=20)),
                    ('transactional_reason', models.CharField(blank=True, max_length=200)),
                    ('intended_feeling', models.CharField(blank=True, max_length=60)),
                    ('system_key', models.CharField(blank=True, choices=[('consent_confirm', 'Please confirm (double opt-in)'), ('consent_result', 'Result of a consent'), ('consent_reconfirm', 'Consent after two years'), ('consent_expiry', 'Consent ends soon'), ('rights_confirm', 'Please confirm a request about your data')], db_default='', default='', max_length=20)),
                    ('language', models.CharField(blank=True, db_default='', default='', max_length=5)),
                    ('created_by', dangol.kit.tenant_models.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspaces.member')),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('workspace', 'name'), name='template_name_once'), models.UniqueConstraint(condition=models.Q(('system_key', ''), _negated=True), fields=('workspace', 'system_key', 'language'), name='system_template_once'), models.CheckConstraint(condition=models.Q(models.Q(('purpose', 'transactional'), _negated=True), models.Q(('transactional_reason', ''), _negated=True), _connector='OR'), name='transactional_needs_a_reason')],
                },
            ),
            migrations.CreateModel(
                name='TemplateVersion',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('template', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='messaging.template')),
                    ('number', models.PositiveIntegerField()),
                    ('subject', models.CharField(max_length=300)),
                    ('preheader', models.CharField(blank=True, max_length=300)),
                    ('body', models.TextField()),
                    ('created_by', dangol.kit.tenant_models.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspaces.member')),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('workspace', 'template', 'number'), name='template_version_once')],
                },
            ),
            migrations.CreateModel(
                name='Message',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('person', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.person')),
                    ('template_version', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='messaging.templateversion')),
                    ('decision', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='messaging.policydecision')),
                    ('channel', models.CharField(choices=[('email', 'E-mail'), ('sms', 'Text message'), ('kakao', 'Kakao'), ('push', 'Push'), ('phone', 'Phone call')], max_length=10)),
                    ('purpose', models.CharField(choices=[('marketing', 'Marketing'), ('service', 'Service'), ('transactional', 'Transaction')], max_length=20)),
                    ('origin_id', models.UUIDField()),
                    ('send_key', models.CharField(max_length=120)),
                    ('address', models.CharField(max_length=320)),
                    ('state', models.CharField(choices=[('queued', 'Queued'), ('held', 'Held'), ('handing_off', 'Being handed over'), ('sent', 'Sent'), ('refused', 'Not sent'), ('failed', 'Failed'), ('unknown', 'Unknown')], default='queued', max_length=12)),
                    ('due_at', models.DateTimeField()),
                    ('expires_at', models.DateTimeField(blank=True, null=True)),
                    ('attempts', models.PositiveSmallIntegerField(default=0)),
                    ('claimed_by', models.CharField(blank=True, max_length=60)),
                    ('claimed_at', models.DateTimeField(blank=True, null=True)),
                    ('sent_at', models.DateTimeField(blank=True, null=True)),
                    ('error', models.CharField(blank=True, max_length=500)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                ],
                options={
                    'indexes': [models.Index(condition=models.Q(('state__in', ['queued', 'held', 'handing_off'])), fields=['workspace', 'due_at', 'id'], name='message_due'), models.Index(fields=['workspace', 'person', '-sent_at'], name='message_of_person'), models.Index(fields=['workspace', 'origin_id', 'state'], name='message_of_origin')],
                    'constraints': [models.UniqueConstraint(fields=('workspace', 'send_key'), name='message_send_key_once')],
                },
            ),
            migrations.CreateModel(
                name='Reaction',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('message', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='messaging.message')),
                    ('person', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.person')),
                    ('kind', models.CharField(choices=[('opened', 'Opened'), ('clicked', 'Clicked'), ('replied', 'Replied'), ('opted_out', 'Opted out'), ('complained', 'Complained'), ('bounced', 'Bounced'), ('delayed', 'Delayed')], max_length=12)),
                    ('at', models.DateTimeField()),
                    ('machine', models.FloatField(default=0.0)),
                    ('evidence', models.JSONField(default=dict)),
                ],
                options={
                    'indexes': [models.Index(fields=['workspace', 'message', 'kind'], name='reaction_of_message'), models.Index(fields=['workspace', 'person', '-at'], name='reaction_of_person')],
                },
            ),
            migrations.CreateModel(
                name='Mute',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('person', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.person')),
                    ('topic_id', models.UUIDField()),
                    ('message', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='messaging.message')),
                    ('at', models.DateTimeField()),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('workspace', 'person', 'topic_id'), name='mute_once')],
                },
            ),
            migrations.CreateModel(
                name='Sender',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('name', models.CharField(max_length=100)),
                    ('email', models.EmailField(max_length=254)),
                    ('phone', models.CharField(max_length=30)),
                    ('postal_address', models.CharField(max_length=200)),
                    ('host', models.CharField(default='127.0.0.1', max_length=200)),
                    ('port', models.PositiveIntegerField(default=25)),
                    ('security', models.CharField(choices=[('none', '—'), ('starttls', 'STARTTLS'), ('tls', 'TLS')], default='none', max_length=10)),
                    ('user', models.CharField(blank=True, max_length=200)),
                    ('password', models.TextField(blank=True)),
                    ('bounce_address', models.CharField(blank=True, max_length=200)),
                    ('connections', models.PositiveSmallIntegerField(default=4)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('workspace',), name='sender_once')],
                },
            ),
            migrations.CreateModel(
                name='ContactRules',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('quiet_from', models.TimeField(default=datetime.time(21, 0))),
                    ('quiet_until', models.TimeField(default=datetime.time(8, 0))),
                    ('email_at_legal_night', models.BooleanField(default=False)),
                    ('cap_count', models.PositiveSmallIntegerField(default=3)),
                    ('cap_days', models.PositiveSmallIntegerField(default=7)),
                    ('attention_cap', models.FloatField(default=10.0)),
                    ('service_reserve', models.FloatField(default=2.0)),
                    ('attention_half_life_hours', models.FloatField(default=168.0)),
                    ('hold_expires_hours', models.PositiveIntegerField(default=72)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('workspace',), name='contact_rules_once')],
                },
            ),
            migrations.CreateModel(
                name='Suppression',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('channel', models.CharField(choices=[('email', 'E-mail'), ('sms', 'Text message'), ('kakao', 'Kakao'), ('push', 'Push'), ('phone', 'Phone call')], max_length=10)),
                    ('address', models.CharField(max_length=320)),
                    ('reason', models.CharField(choices=[('hard_bounce', 'The address does not exist'), ('complaint', 'Complained about us'), ('legal_stop', 'Legal stop')], max_length=20)),
                    ('evidence', models.TextField(blank=True)),
                    ('at', models.DateTimeField()),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('workspace', 'channel', 'address'), name='suppression_once')],
                },
            ),
        ]),
        *(
            SecureTenantTable(model)
            for model in (
                'ConsentNotice', 'PolicyDecision', 'Template', 'TemplateVersion', 'Message', 'Reaction',
                'Mute', 'Sender', 'ContactRules', 'Suppression',
            )
        ),
    ]
