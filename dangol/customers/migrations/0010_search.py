"""Search over everything."""

from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    dependencies = [("customers", "0009_merging")]

    operations: ClassVar[list[Operation]] = []
