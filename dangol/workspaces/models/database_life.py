"""Which life of the database wrote last."""

from django.db import models


class DatabaseLife(models.Model):
    """
    The one row that tells a restored database that it is one.

    PostgreSQL begins a new timeline whenever a copy takes writes, and a new cluster has another identifier. What stands
    here came with the data: if it is not what the server says now, the data are those of an earlier moment.
    """

    cluster = models.CharField(max_length=20)
    timeline = models.CharField(max_length=8)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.cluster}/{self.timeline}"
