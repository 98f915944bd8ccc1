"""Roles, languages and the scopes of keys."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Role(models.TextChoices):
    """What a member is here for. Rights follow from it in `permissions.py`."""

    ADMINISTRATOR = "administrator", _("Administrator")
    MANAGER = "manager", _("Manager")
    MARKETER = "marketer", _("Marketer")
    SALES = "sales", _("Sales representative")
    SERVICE = "service", _("Service agent")
    ANALYST = "analyst", _("Analyst")


class Language(models.TextChoices):
    """Languages of the interface and of messages."""

    KOREAN = "ko", "한국어"
    ENGLISH = "en", "English"


class Theme(models.TextChoices):
    """How a member wants to see the screens."""

    SYSTEM = "system", _("Like the device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class KeyScope(models.TextChoices):
    """What a program may do with a key, within what its member may do."""

    READ = "read", pgettext_lazy("of an API key", "Read")
    WRITE = "write", pgettext_lazy("of an API key", "Read and change")
