"""Words of the event pipeline."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EventKind(models.TextChoices):
    """The calls of the collection API."""

    IDENTIFY = "identify", _("Identify")
    TRACK = "track", _("Track")
    PAGE = "page", _("Page")
    SCREEN = "screen", _("Screen")
    GROUP = "group", _("Group")
    ALIAS = "alias", _("Alias")


class DeadLetterCode(models.TextChoices):
    """Why an acknowledged event could not be used."""

    NOT_JSON = "not_json", _("The text is not valid JSON.")
    WRONG_SHAPE = "wrong_shape", _("A field has the wrong type.")
    UNKNOWN_TYPE = "unknown_type", _("The type is none of identify, track, page, screen, group and alias.")
    TOO_LARGE = "too_large", _("The event is larger than 32 KB.")
    NO_ID = "no_id", _("Neither userId nor anonymousId says who it was.")
    NO_NAME = "no_name", _("A track call needs the name of the event.")
    NO_TARGET = "no_target", _("A group call needs groupId, an alias call needs previousId and userId.")
    TOO_LONG = "too_long", _("An id or a name is too long.")
    NUL_CHARACTER = "nul_character", _("The text contains the NUL character, which cannot be stored.")
    BAD_TIME = "bad_time", _("The time cannot be read. Send ISO 8601, for example 2026-11-22T03:00:00Z.")
    TOO_OLD = "too_old", _("The event claims to be older than 1990.")
    ALIAS_REFUSED = (
        "alias_refused",
        _("Both ids already belong to different people. Merge them by hand if they are one."),
    )
    EMAIL_TAKEN = "email_taken", _("The e-mail address already recognises another person. The two were not merged.")
    BAD_ORDER = "bad_order", _("The order has no readable order_id, amount or currency. The event itself was stored.")
    UNSTORABLE = "unstorable", _("The database refused the event.")
