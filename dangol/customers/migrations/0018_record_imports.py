"""Files of records of own objects: their target has the object's key in it, and a step keeps what it made."""

import django.contrib.postgres.fields
from django.db import migrations, models


def ids() -> models.Field:
    return django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None)


class Migration(migrations.Migration):
    dependencies = [("customers", "0017_lean_keys")]

    operations = [
        migrations.AlterField("peopleimport", "target", models.CharField(default="people", max_length=60)),
        migrations.AlterField("savedmapping", "target", models.CharField(default="people", max_length=60)),
        migrations.AddField("importstep", "records", ids()),
        migrations.AddField("importstep", "links", ids()),
    ]
