import dangol.kit.ids
import dangol.kit.tenant_models
import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from dangol.workspaces.migrations import _audit, _before_entering, _colleagues, _shared_memory
from dangol.kit.create_models import CreateModels
from dangol.kit.tenant_models import SecureTenantTable


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        CreateModels([
            migrations.CreateModel(
                name='User',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('password', models.CharField(max_length=128, verbose_name='password')),
                    ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                    ('email', models.EmailField(max_length=254, unique=True)),
                    ('name', models.CharField(max_length=100)),
                    ('language', models.CharField(choices=[('ko', '한국어'), ('en', 'English')], default='ko', max_length=5)),
                    ('theme', models.CharField(choices=[('system', 'Like the device'), ('light', 'Light'), ('dark', 'Dark')], default='system', max_length=10)),
                    ('is_active', models.BooleanField(default=True)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                ],
            ),
            migrations.CreateModel(
                name='DatabaseLife',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('cluster', models.CharField(max_length=20)),
                    ('timeline', models.CharField(max_length=8)),
                    ('since', models.DateTimeField()),
                ],
            ),
            migrations.CreateModel(
                name='Session',
                fields=[
                    ('session_key', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='session key')),
                    ('session_data', models.TextField(verbose_name='session data')),
                    ('expire_date', models.DateTimeField(db_index=True, verbose_name='expire date')),
                    ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('started_at', models.DateTimeField()),
                    ('last_used_at', models.DateTimeField()),
                    ('address', models.GenericIPAddressField(null=True)),
                    ('device', models.CharField(max_length=300)),
                ],
                options={
                    'verbose_name': 'session',
                    'verbose_name_plural': 'sessions',
                },
            ),
            migrations.CreateModel(
                name='Workspace',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('name', models.CharField(max_length=100)),
                    ('slug', models.SlugField(unique=True)),
                    ('language', models.CharField(choices=[('ko', '한국어'), ('en', 'English')], default='ko', max_length=5)),
                    ('time_zone', models.CharField(default='Asia/Seoul', max_length=50)),
                    ('currency', models.CharField(default='KRW', max_length=3)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('suspended_at', models.DateTimeField(blank=True, null=True)),
                ],
            ),
            migrations.CreateModel(
                name='Branch',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('name', models.CharField(max_length=100)),
                    ('parent', dangol.kit.tenant_models.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspaces.branch')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('workspace', 'name'), name='branch_name_once')],
                },
            ),
            migrations.CreateModel(
                name='Team',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('name', models.CharField(max_length=100)),
                    ('external_id', models.CharField(blank=True, db_default='', max_length=255)),
                    ('branch', dangol.kit.tenant_models.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspaces.branch')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('workspace', 'name'), name='team_name_once')],
                },
            ),
            migrations.CreateModel(
                name='CustomRole',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('name', models.CharField(max_length=60)),
                    ('levels', models.JSONField(default=dict)),
                    ('fields', models.JSONField(default=dict)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('workspace', 'name'), name='custom_role_name_once')],
                },
            ),
            migrations.CreateModel(
                name='AuditSeal',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('number', models.BigIntegerField()),
                    ('at', models.DateTimeField()),
                    ('keep_until', models.DateField()),
                    ('entries', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                    ('digests', django.contrib.postgres.fields.ArrayField(base_field=models.BinaryField(max_length=32), size=None)),
                    ('previous', models.BinaryField(max_length=32)),
                    ('hash', models.BinaryField(max_length=32)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('workspace', 'number'), name='audit_seal_once')],
                },
            ),
            migrations.CreateModel(
                name='SignInProvider',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('kind', models.CharField(choices=[('openid', 'OpenID Connect (Entra ID, Okta, Keycloak …)'), ('google', 'Google'), ('kakao', 'Kakao'), ('naver', 'Naver')], max_length=10)),
                    ('name', models.CharField(max_length=100)),
                    ('issuer', models.CharField(max_length=300)),
                    ('client_id', models.CharField(blank=True, max_length=255)),
                    ('client_secret', models.TextField(blank=True)),
                    ('domains', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=253), default=list, size=None)),
                    ('newcomer_role', models.CharField(blank=True, choices=[('administrator', 'Administrator'), ('manager', 'Manager'), ('marketer', 'Marketer'), ('sales', 'Sales representative'), ('service', 'Service agent'), ('analyst', 'Analyst'), ('privacy_officer', 'Privacy officer'), ('shop_staff', 'Shop staff'), ('partner', 'Partner'), ('custom', 'A role of the workspace')], max_length=20)),
                    ('role_claim', models.CharField(blank=True, max_length=100)),
                    ('is_private_allowed', models.BooleanField(default=False)),
                ],
            ),
            migrations.CreateModel(
                name='SignInRules',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='sign_in_rules', to='workspaces.workspace')),
                    ('idle_minutes', models.PositiveSmallIntegerField(default=30)),
                    ('session_hours', models.PositiveSmallIntegerField(default=12)),
                    ('second_factor_roles', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('administrator', 'Administrator'), ('manager', 'Manager'), ('marketer', 'Marketer'), ('sales', 'Sales representative'), ('service', 'Service agent'), ('analyst', 'Analyst'), ('privacy_officer', 'Privacy officer'), ('shop_staff', 'Shop staff'), ('partner', 'Partner'), ('custom', 'A role of the workspace')], max_length=20), default=list, size=None)),
                    ('networks', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=43), default=list, size=None)),
                    ('only_by', dangol.kit.tenant_models.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspaces.signinprovider')),
                ],
            ),
            migrations.CreateModel(
                name='Member',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('team', dangol.kit.tenant_models.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspaces.team')),
                    ('role', models.CharField(choices=[('administrator', 'Administrator'), ('manager', 'Manager'), ('marketer', 'Marketer'), ('sales', 'Sales representative'), ('service', 'Service agent'), ('analyst', 'Analyst'), ('privacy_officer', 'Privacy officer'), ('shop_staff', 'Shop staff'), ('partner', 'Partner'), ('custom', 'A role of the workspace')], max_length=20)),
                    ('custom_role', dangol.kit.tenant_models.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspaces.customrole')),
                    ('joined_at', models.DateTimeField(auto_now_add=True)),
                    ('ended_at', models.DateTimeField(blank=True, null=True)),
                    ('external_id', models.CharField(blank=True, db_default='', max_length=255)),
                    ('in_directory', models.BooleanField(db_default=True, default=True)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('workspace', 'user'), name='member_once'), models.CheckConstraint(condition=models.Q(models.Q(('custom_role__isnull', False), ('role', 'custom')), models.Q(models.Q(('role', 'custom'), _negated=True), ('custom_role__isnull', True)), _connector='OR'), name='member_one_role')],
                },
            ),
            migrations.CreateModel(
                name='Elevation',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('member', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.member')),
                    ('role', models.CharField(choices=[('administrator', 'Administrator'), ('manager', 'Manager'), ('marketer', 'Marketer'), ('sales', 'Sales representative'), ('service', 'Service agent'), ('analyst', 'Analyst'), ('privacy_officer', 'Privacy officer'), ('shop_staff', 'Shop staff'), ('partner', 'Partner'), ('custom', 'A role of the workspace')], max_length=20)),
                    ('reason', models.CharField(max_length=300)),
                    ('hours', models.PositiveSmallIntegerField()),
                    ('asked_at', models.DateTimeField()),
                    ('answered_at', models.DateTimeField(null=True)),
                    ('answered_by', dangol.kit.tenant_models.TenantForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='workspaces.member')),
                    ('until', models.DateTimeField(null=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['workspace', 'member', '-asked_at'], name='elevation_newest')],
                },
            ),
            migrations.CreateModel(
                name='ApiKey',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('name', models.CharField(max_length=100)),
                    ('member', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.member')),
                    ('scope', models.CharField(choices=[('read', 'Read'), ('write', 'Read and change'), ('scim', 'Manage members (SCIM)')], max_length=5)),
                    ('key_digest', models.CharField(max_length=64, unique=True)),
                    ('key_hint', models.CharField(max_length=12)),
                    ('created_at', models.DateTimeField()),
                    ('expires_at', models.DateTimeField(blank=True, null=True)),
                    ('last_used_at', models.DateTimeField(blank=True, null=True)),
                    ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['workspace', '-created_at', '-id'], name='api_key_newest')],
                },
            ),
            migrations.SeparateDatabaseAndState(
                state_operations=[
                    migrations.CreateModel(
                        name='AuditEntry',
                        fields=[
                            ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                            ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                            ('at', models.DateTimeField()),
                            ('member', dangol.kit.tenant_models.TenantForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspaces.member')),
                            ('deed', models.CharField(choices=[('see', 'Saw'), ('search', 'Searched'), ('export', 'Exported'), ('change', 'Changed'), ('merge', 'Merged'), ('send', 'Sent'), ('reveal', 'Revealed'), ('grant', 'Changed rights'), ('sign_in', 'Signed in'), ('sign_out', 'Signed out'), ('refused', 'Refused')], max_length=10)),
                            ('verb', models.CharField(max_length=60)),
                            ('people', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None)),
                            ('purpose', models.CharField(blank=True, max_length=300)),
                            ('detail', models.JSONField(default=dict)),
                            ('address', models.GenericIPAddressField(null=True)),
                            ('session', models.CharField(blank=True, max_length=64)),
                            ('keep_until', models.DateField()),
                        ],
                        options={
                            'indexes': [models.Index(fields=['workspace', '-at', '-id'], name='audit_newest')],
                        },
                    ),
                ],
            ),
            migrations.CreateModel(
                name='Invitation',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('member', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.member')),
                    ('made_at', models.DateTimeField()),
                    ('expires_at', models.DateTimeField()),
                    ('used_at', models.DateTimeField(blank=True, null=True)),
                ],
            ),
            migrations.CreateModel(
                name='LinkedAccount',
                fields=[
                    ('id', models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                    ('provider', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.signinprovider')),
                    ('member', dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.member')),
                    ('issuer', models.CharField(max_length=300)),
                    ('subject', models.CharField(max_length=255)),
                    ('linked_at', models.DateTimeField()),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('workspace', 'provider', 'issuer', 'subject'), name='linked_account_once'), models.UniqueConstraint(fields=('workspace', 'member', 'provider'), name='linked_account_once_a_member')],
                },
            ),
        ]),
        migrations.AddField(
            model_name='member',
            name='elevation',
            field=dangol.kit.tenant_models.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='workspaces.elevation'),
        ),
        *(
            SecureTenantTable(model)
            for model in (
                'Branch', 'Team', 'CustomRole', 'AuditSeal', 'SignInProvider', 'SignInRules', 'Member',
                'Elevation', 'ApiKey', 'Invitation', 'LinkedAccount',
            )
        ),
        *_before_entering.OPERATIONS,
        *_colleagues.OPERATIONS,
        *_audit.OPERATIONS,
        *_shared_memory.OPERATIONS,
    ]
