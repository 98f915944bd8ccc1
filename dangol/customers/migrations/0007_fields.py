"""Custom fields and custom objects."""

from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    dependencies = [("customers", "0006_model_walls")]

    operations: ClassVar[list[Operation]] = []
