"""Conditions on people that bound how far rights reach."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("workspaces", "0003_approvals"),
    ]

    operations = [
        migrations.AddField(
            model_name="customrole",
            name="people",
            field=models.JSONField(blank=True, db_default={}, default=dict),
        ),
        migrations.AddField(
            model_name="member",
            name="people",
            field=models.JSONField(blank=True, db_default={}, default=dict),
        ),
    ]
