"""Duplicates, merging and un-merging."""

from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    dependencies = [("customers", "0008_history")]

    operations: ClassVar[list[Operation]] = []
