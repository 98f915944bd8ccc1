"""Files of a million lines, saved mappings, undo."""

from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    dependencies = [("customers", "0010_search")]

    operations: ClassVar[list[Operation]] = []
