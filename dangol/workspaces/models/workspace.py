"""The tenant."""

from django.db import models

from dangol.kit.ids import uuid7
from dangol.workspaces.enums import Language


class Workspace(models.Model):
    """
    One company's house. The directory of workspaces is not a tenant table: workers walk it.

    It holds nothing that one tenant would mind another knowing to exist. While it is suspended nobody comes in, and
    nothing works or is sent for it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=100)
    slug = models.SlugField(unique=True)
    language = models.CharField(max_length=5, choices=Language.choices, default=Language.KOREAN)
    time_zone = models.CharField(max_length=50, default="Asia/Seoul")
    currency = models.CharField(max_length=3, default="KRW")
    created_at = models.DateTimeField(auto_now_add=True)
    suspended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.slug
