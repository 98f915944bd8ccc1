"""Consent wordings, double opt-in and the rights of the person."""

from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    dependencies = [("customers", "0011_imports")]

    operations: ClassVar[list[Operation]] = []
