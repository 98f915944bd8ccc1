"""Words of the people room."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class IdentityKind(models.TextChoices):
    """By what a person can be recognised."""

    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")
    EXTERNAL_ID = "external_id", _("Customer number")
    ANONYMOUS_ID = "anonymous_id", _("Browser or device")


class Purpose(models.TextChoices):
    """Why a person is contacted. It can never be left open."""

    MARKETING = "marketing", _("Marketing")
    SERVICE = "service", _("Service")
    TRANSACTIONAL = "transactional", _("Transaction")


class Channel(models.TextChoices):
    """How a person is contacted."""

    EMAIL = "email", _("E-mail")
    SMS = "sms", _("Text message")
    KAKAO = "kakao", _("Kakao")
    PUSH = "push", _("Push")
    PHONE = "phone", _("Phone call")


class ConsentState(models.TextChoices):
    """What the person said."""

    GIVEN = "given", _("Agreed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ConsentBasis(models.TextChoices):
    """On what ground the consent stands."""

    EXPLICIT = "explicit", _("Explicit consent")
    EXISTING_CUSTOMER = "existing_customer", _("Existing customer, same kind of goods, six months")


class ImportState(models.TextChoices):
    """How far a file is."""

    UPLOADED = "uploaded", _("Uploaded")
    CHECKED = "checked", _("Checked")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
