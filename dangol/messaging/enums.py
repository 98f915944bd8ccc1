"""Words of the messaging room. Channels and purposes are those of consent: `dangol.customers.enums`."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Outcome(models.TextChoices):
    """What the contact policy answered."""

    ALLOW = "allow", _("May be sent")
    HOLD = "hold", _("Held")
    REFUSE = "refuse", _("Not sent")


class Stage(models.TextChoices):
    """When the policy was asked."""

    PREVIEW = "preview", _("Preview")
    ENQUEUE = "enqueue", _("When it was queued")
    HANDOFF = "handoff", _("At hand-off")


class MessageState(models.TextChoices):
    """
    Where a message is.

    `handing_off` is committed before the network call. What a crash leaves there is settled by a journal, or
    becomes `unknown`, for a person to settle.
    """

    QUEUED = "queued", _("Queued")
    HELD = "held", _("Held")
    HANDING_OFF = "handing_off", _("Being handed over")
    SENT = "sent", _("Sent")
    REFUSED = "refused", _("Not sent")
    FAILED = "failed", _("Failed")
    UNKNOWN = "unknown", _("Unknown")


class ReactionKind(models.TextChoices):
    """What came back."""

    OPENED = "opened", _("Opened")
    CLICKED = "clicked", _("Clicked")
    REPLIED = "replied", _("Replied")
    OPTED_OUT = "opted_out", _("Opted out")
    COMPLAINED = "complained", _("Complained")
    BOUNCED = "bounced", _("Bounced")
    DELAYED = "delayed", _("Delayed")


class SuppressionReason(models.TextChoices):
    """Why an address may not be written to at all."""

    HARD_BOUNCE = "hard_bounce", _("The address does not exist")
    COMPLAINT = "complaint", _("Complained about us")
    LEGAL_STOP = "legal_stop", _("Legal stop")


class NoticeKind(models.TextChoices):
    """What a person is told about their consent, by law."""

    RESULT = "result", _("What was agreed to or taken back")
    RECONFIRM = "reconfirm", _("That the consent stands, every two years")
    EXPIRY = "expiry", _("That the consent ends soon")


class SystemLetter(models.TextChoices):
    """Mails that Dangol itself writes. Each has a template per language, which an administrator may change."""

    CONFIRM = "consent_confirm", _("Please confirm (double opt-in)")
    RESULT = "consent_result", _("Result of a consent")
    RECONFIRM = "consent_reconfirm", _("Consent after two years")
    EXPIRY = "consent_expiry", _("Consent ends soon")
    RIGHTS = "rights_confirm", _("Please confirm a request about your data")
