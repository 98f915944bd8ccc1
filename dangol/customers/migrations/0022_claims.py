"""Since when an identity is somebody's: calls arrive in any order, and the earliest counts."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0021_former_choices")]

    operations = [migrations.AddField("Identity", "claimed_at", models.DateTimeField(null=True))]
