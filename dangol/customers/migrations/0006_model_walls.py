"""Walls for companies, relations and provenance; the trash; memberships become relations."""

from django.db import migrations

from dangol.kit.tenant_models import HideTrash, SecureTenantField, SecureTenantTable

MEMBERSHIPS_ARE_RELATIONS = """
ALTER TABLE customers_companymembership NO FORCE ROW LEVEL SECURITY;
ALTER TABLE customers_relation NO FORCE ROW LEVEL SECURITY;
INSERT INTO customers_relation (id, workspace_id, kind, source_person_id, target_company_id, title, since, note, origin,
    confidence, created_at)
SELECT id, workspace_id, 'works_at', person_id, company_id, '', (since AT TIME ZONE 'Asia/Seoul')::date, '', 'event',
    100, since
FROM customers_companymembership;
ALTER TABLE customers_relation FORCE ROW LEVEL SECURITY
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0005_model"), ("workspaces", "0002_walls")]

    operations = [
        SecureTenantTable("Household"),
        SecureTenantTable("Relation"),
        SecureTenantTable("ContactPoint"),
        SecureTenantTable("Telling"),
        SecureTenantTable("SourceTrust"),
        SecureTenantTable("Tag"),
        SecureTenantTable("Tagging"),
        SecureTenantField("Person", "deleted_by"),
        SecureTenantField("Person", "merged_into"),
        SecureTenantField("Company", "owner"),
        SecureTenantField("Company", "deleted_by"),
        SecureTenantField("Company", "merged_into"),
        HideTrash("Person"),
        HideTrash("Company"),
        migrations.RunSQL(
            MEMBERSHIPS_ARE_RELATIONS, "ALTER TABLE customers_companymembership FORCE ROW LEVEL SECURITY"
        ),
        migrations.DeleteModel("CompanyMembership"),
        migrations.RunSQL(
            """
            CREATE INDEX customers_person_in_trash ON customers_person (workspace_id, deleted_at)
            WHERE deleted_at IS NOT NULL;
            CREATE INDEX customers_company_in_trash ON customers_company (workspace_id, deleted_at)
            WHERE deleted_at IS NOT NULL;
            CREATE INDEX customers_person_merged_into_link ON customers_person (workspace_id, merged_into_id)
            WHERE merged_into_id IS NOT NULL;
            CREATE INDEX customers_company_merged_into_link ON customers_company (workspace_id, merged_into_id)
            WHERE merged_into_id IS NOT NULL;
            CREATE INDEX customers_company_owner_id_link ON customers_company (workspace_id, owner_id)
            """,
            migrations.RunSQL.noop,
        ),
    ]
