"""Words of the marketing room."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CampaignState(models.TextChoices):
    """Where a campaign is. `waiting` is on its way too: all that could leave has left, and some people are held."""

    DRAFT = "draft", _("Draft")
    SCHEDULED = "scheduled", _("Scheduled")
    SENDING = "sending", _("Sending")
    WAITING = "waiting", _("Waiting for the right time")
    FINISHED = "finished", _("Finished")
    CANCELLED = "cancelled", _("Cancelled")


ON_ITS_WAY = (CampaignState.SENDING, CampaignState.WAITING)


class Arm(models.TextChoices):
    """Who was written to and who was left alone."""

    CONTACT = "contact", _("Written to")
    HOLDOUT = "holdout", _("Left alone")
