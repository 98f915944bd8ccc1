"""Files of events may wait for approval."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0002_approvals"),
    ]

    operations = [
        migrations.AlterField(
            model_name="eventexport",
            name="state",
            field=models.CharField(
                choices=[("waiting", "Waits for answers"), ("running", "Being written"), ("done", "Ready")],
                default="running",
                max_length=10,
            ),
        ),
    ]
