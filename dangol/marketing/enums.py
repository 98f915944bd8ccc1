"""Words of the marketing room."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CampaignState(models.TextChoices):
    """Where a campaign is."""

    DRAFT = "draft", _("Draft")
    SCHEDULED = "scheduled", _("Scheduled")
    SENDING = "sending", _("Sending")
    FINISHED = "finished", _("Finished")
    CANCELLED = "cancelled", _("Cancelled")


class Arm(models.TextChoices):
    """Who was written to and who was left alone."""

    CONTACT = "contact", _("Written to")
    HOLDOUT = "holdout", _("Left alone")
