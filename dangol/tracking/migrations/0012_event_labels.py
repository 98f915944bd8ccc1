from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tracking", "0011_refunds"),
    ]

    operations = [
        migrations.AddField(
            model_name="eventdefinition",
            name="label_en",
            field=models.CharField(blank=True, db_default="", default="", max_length=100),
        ),
        migrations.AddField(
            model_name="eventdefinition",
            name="label_ko",
            field=models.CharField(blank=True, db_default="", default="", max_length=100),
        ),
    ]
