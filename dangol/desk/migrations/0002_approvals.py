"""Changes of many rows may wait for approval."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="bulkchange",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "Waits for answers"),
                    ("running", "Running"),
                    ("done", "Done"),
                    ("undoing", "Being undone"),
                    ("undone", "Undone"),
                    ("failed", "Failed"),
                ],
                default="running",
                max_length=10,
            ),
        ),
    ]
