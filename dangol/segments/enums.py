"""Words of the segments room."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SegmentState(models.TextChoices):
    """Whether the membership can be trusted now."""

    COMPUTING = "computing", _("Computing")
    READY = "ready", _("Ready")
