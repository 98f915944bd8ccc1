"""Words of the privacy room."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class BreachCause(models.TextChoices):
    """How personal data got lost, out or into wrong hands."""

    INTRUSION = "intrusion", _("Illegal access from outside")
    MISTAKE = "mistake", _("A mistake, like a wrong recipient")
    LOSS = "loss", _("A lost or stolen device or file")
    INSIDER = "insider", _("Somebody inside, without permission")
    UNKNOWN = "unknown", _("Not known yet")


class Risk(models.TextChoices):
    """How much the people may suffer (GDPR 33, 34)."""

    UNLIKELY = "unlikely", _("A risk is unlikely")
    SOME = "some", _("There is a risk")
    HIGH = "high", _("The risk is high")


class StepKind(models.TextChoices):
    """What is done about a breach."""

    CONTAINED = "contained", _("Stopped or contained")
    PEOPLE_TOLD = "people_told", _("People told")
    AUTHORITY_TOLD = "authority_told", _("PIPC or KISA told")
    GDPR_TOLD = "gdpr_told", _("GDPR authority told")
    WEB_NOTICE = "web_notice", _("Notice on the web site, for 30 days")
    REMEDIED = "remedied", _("Cause removed")
    CLOSED = "closed", _("Closed")
