"""Lists in the order of changes, for programs that ask what changed since; companies by address and number."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0014_shared_addresses"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["workspace", "updated_at", "id"], name="person_by_change"),
        ),
        migrations.AddIndex(
            model_name="company",
            index=models.Index(fields=["workspace", "updated_at", "id"], name="company_by_change"),
        ),
        migrations.AddIndex(
            model_name="company",
            index=models.Index(
                condition=models.Q(("email", ""), _negated=True), fields=["workspace", "email"], name="company_by_email"
            ),
        ),
        migrations.AddIndex(
            model_name="company",
            index=models.Index(
                condition=models.Q(("phone", ""), _negated=True), fields=["workspace", "phone"], name="company_by_phone"
            ),
        ),
        migrations.AddIndex(
            model_name="customrecord",
            index=models.Index(fields=["workspace", "object", "updated_at", "id"], name="custom_record_by_change"),
        ),
    ]
