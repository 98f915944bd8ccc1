"""The reason of a refused row is read from its code, in the reader's language."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("data_sources", "0001_initial")]

    operations = [migrations.RemoveField("runproblem", "reason")]
