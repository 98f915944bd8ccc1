"""Row-level security, composite keys and append-only guards of this room."""

from django.db import migrations

from dangol.kit.tenant_models import AppendOnly, SecureTenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0001_initial"),
        ("workspaces", "0002_walls"),
    ]

    operations = [
        SecureTenantTable("Company"),
        SecureTenantTable("Person"),
        SecureTenantTable("Identity"),
        SecureTenantTable("CompanyMembership"),
        SecureTenantTable("ConsentEntry"),
        SecureTenantTable("Consent"),
        SecureTenantTable("PeopleImport"),
        SecureTenantTable("ImportProblem"),
        AppendOnly("ConsentEntry"),
    ]
