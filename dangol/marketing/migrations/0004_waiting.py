from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("marketing", "0003_audience_unwritten"),
    ]

    operations = [
        migrations.AlterField(
            model_name="campaign",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "Draft"),
                    ("scheduled", "Scheduled"),
                    ("sending", "Sending"),
                    ("waiting", "Waiting for the right time"),
                    ("finished", "Finished"),
                    ("cancelled", "Cancelled"),
                ],
                default="draft",
                max_length=10,
            ),
        ),
    ]
