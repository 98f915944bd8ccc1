"""A short link and where it leads."""

import secrets

from django.db import models

from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.tracking.models import Source
from dangol.workspaces.models import Member

LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
CODE_LENGTH = 7


def new_code() -> str:
    """Return letters that nobody confuses when they type them from paper."""
    return "".join(secrets.choice(LETTERS) for _place in range(CODE_LENGTH))


class ShortLink(TenantModel):
    """
    One code. It leads to one page for ever, since it may be printed; what it stands on is told by the other names.

    Visits are events of its source; what machines fetch is only counted. `joins_visits`: it leads to a page with our
    script, and adds to the address by what the visitor of the link is known there.
    """

    source = TenantForeignKey(Source, on_delete=models.CASCADE)
    code = models.CharField(max_length=20, unique=True, default=new_code)
    name = models.CharField(max_length=100)
    target = models.URLField(max_length=1000)
    campaign = models.CharField(max_length=100, blank=True)
    store = models.CharField(max_length=100, blank=True)
    channel = models.CharField(max_length=100, blank=True)
    joins_visits = models.BooleanField(default=False, db_default=False)
    machine_count = models.PositiveIntegerField(default=0)
    by = TenantForeignKey(Member, on_delete=models.PROTECT)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "source", "name"], name="short_link_name_once")]
        indexes = [models.Index(fields=["workspace", "-created_at"], name="short_link_newest")]

    def __str__(self) -> str:
        return self.name
