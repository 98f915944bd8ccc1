"""Who changed what, and the trash."""

from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    dependencies = [("customers", "0007_fields")]

    operations: ClassVar[list[Operation]] = []
