"""What several people share is found without looking at every way to reach somebody."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0013_golden_record")]

    operations = [
        migrations.AddIndex(
            model_name="contactpoint",
            index=models.Index(
                fields=["workspace", "kind", "value"], name="contact_point_shared", condition=models.Q(is_shared=True)
            ),
        ),
    ]
