"""When a source was first heard, for whoever sets it up."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tracking", "0006_lake"),
    ]

    operations = [
        migrations.AddField(
            model_name="source",
            name="first_event_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
