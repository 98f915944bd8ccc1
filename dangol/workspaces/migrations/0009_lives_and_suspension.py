"""Which life of the database wrote last, and since when a workspace is suspended."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("workspaces", "0008_audit"),
    ]

    operations = [
        migrations.CreateModel(
            name="DatabaseLife",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cluster", models.CharField(max_length=20)),
                ("timeline", models.CharField(max_length=8)),
                ("since", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="workspace",
            name="suspended_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
