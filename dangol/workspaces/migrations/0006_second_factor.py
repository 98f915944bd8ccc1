"""For which roles a password is not enough."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("workspaces", "0005_sessions"),
    ]

    operations = [
        migrations.AddField(
            model_name="signinrules",
            name="second_factor_roles",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("administrator", "Administrator"),
                        ("manager", "Manager"),
                        ("marketer", "Marketer"),
                        ("sales", "Sales representative"),
                        ("service", "Service agent"),
                        ("analyst", "Analyst"),
                    ],
                    max_length=20,
                ),
                default=list,
                size=None,
            ),
        ),
    ]
