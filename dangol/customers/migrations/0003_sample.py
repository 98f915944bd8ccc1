"""The people of the sample, found without a look at the others."""

from django.db import migrations, models
from django.db.models.functions import Cast, Right
from django.db.models.lookups import In

IS_SAMPLED = models.Q(In(Right(Cast("id", models.TextField()), 2), ("00", "40", "80", "c0")))


class Migration(migrations.Migration):
    dependencies = [("customers", "0002_duties")]

    operations = [
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["workspace"], include=["id"], condition=IS_SAMPLED, name="person_sampled"),
        ),
    ]
