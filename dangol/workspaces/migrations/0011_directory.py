"""Members whom the directory of the company deleted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("workspaces", "0010_single_sign_on"),
    ]

    operations = [
        migrations.AddField(
            model_name="member",
            name="in_directory",
            field=models.BooleanField(db_default=True, default=True),
        ),
    ]
