"""Rows of a source may be records of an own object."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("data_sources", "0002_reasons")]

    operations = [
        migrations.AlterField("source", "subject", models.CharField(default="people", max_length=60)),
    ]
