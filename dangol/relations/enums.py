"""Words of the heart."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Chapter(models.TextChoices):
    """The parts of a customer's story."""

    FIRST_MEETING = "first_meeting", _("First meeting")
    FIRST_PURCHASE = "first_purchase", _("First purchase")
    GROWING_CLOSER = "growing_closer", _("Growing closer")
    TROUBLE = "trouble", _("Trouble")
    RECOVERY = "recovery", _("Recovery")
    SILENCE = "silence", _("Silence")
    RETURN = "return", _("Return")


class FeelingSource(models.TextChoices):
    """Who says so. A weaker source never overwrites a stronger one."""

    DECLARED = "declared", _("Said by the customer")
    OBSERVED = "observed", _("Noticed by staff")
    INFERRED = "inferred", _("Inferred")


class PromiseOutcome(models.TextChoices):
    """How a promise ended."""

    KEPT = "kept", _("Kept")
    LATE = "late", _("Kept late")
    RENEGOTIATED = "renegotiated", _("Renegotiated")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ChargeKind(models.TextChoices):
    """Why attention was taken or given back."""

    CONTACT = "contact", _("Contact")
    WELCOME = "welcome", _("Welcome contact")
    UNWELCOME = "unwelcome", _("Unwelcome contact")
