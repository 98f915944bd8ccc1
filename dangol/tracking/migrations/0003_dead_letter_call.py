from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tracking", "0002_walls"),
    ]

    operations = [
        migrations.AddField(
            model_name="deadletter",
            name="call",
            field=models.CharField(blank=True, default="", max_length=10),
            preserve_default=False,
        ),
    ]
