"""By what everything is found. The tables and the triggers that keep them are in `search_index`."""

from django.db import models


class SearchKey(models.Model):
    """What of one row is searched for: see `customers.search_index`. `id` is the row's own."""

    id = models.UUIDField(primary_key=True, editable=False)
    workspace_id = models.UUIDField()
    kind = models.PositiveSmallIntegerField()
    name = models.TextField(null=True)
    rest = models.TextField(null=True)
    initials = models.TextField(null=True)
    phone_end = models.TextField(null=True)
    domain = models.TextField(null=True)

    class Meta:
        managed = False
        db_table = "customers_searchkey"

    def __str__(self) -> str:
        return self.name or str(self.pk)


class SearchTail(models.Model):
    """The name of one row from its third letter on, from its fourth, and so on; several rows share an `id`."""

    id = models.UUIDField(primary_key=True, editable=False)
    workspace_id = models.UUIDField()
    kind = models.PositiveSmallIntegerField()
    tail = models.TextField()

    class Meta:
        managed = False
        db_table = "customers_searchtail"

    def __str__(self) -> str:
        return self.tail
