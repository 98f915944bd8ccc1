"""Words of the event pipeline."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SourceKind(models.TextChoices):
    """By which door the events of a source come in. The value is also the URL namespace of the door's own pages."""

    API = "api", _("Site, app or server (tracking API)")
    WEBHOOK = "webhooks", _("Webhook of a shop or service")
    FILE = "event_files", _("Files of past events")
    TILL = "tills", _("Till receipts")
    DEVICES = "devices", _("Devices (MQTT)")
    LINKS = "short_links", _("Short links and QR codes")


class Meaning(models.TextChoices):
    """What a field of a document means that is no call of the API."""

    PROPERTY = "property", _("Property of the event")
    USER_ID = "user_id", _("Customer number")
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")
    ANONYMOUS_ID = "anonymous_id", _("Browser or device")
    EVENT = "event", _("Name of the event")
    TIME = "time", _("When it happened")
    MESSAGE_ID = "message_id", _("Id of the event, never twice")
    ORDER_NUMBER = "order_id", _("Order number")
    TOTAL = "total", _("Order amount")
    CURRENCY = "currency", _("Currency")
    LINE_SKU = "line.sku", _("Product: number")
    LINE_NAME = "line.name", _("Product: name")
    LINE_QUANTITY = "line.quantity", _("Product: quantity")
    LINE_PRICE = "line.price", _("Product: price")
    LEFT_OUT = "left_out", _("Leave out")


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
    TOO_LATE = "too_late", _("The event arrived later than the rules for times allow.")
    TOO_FAR_AHEAD = "too_far_ahead", _("The event claims a time further ahead than the rules for times allow.")
    BAD_ORDER = "bad_order", _("The order has no readable order_id, amount or currency. The event itself was stored.")
    NOT_MAPPED = "not_mapped", _("Nobody has said yet what the fields of this source mean. Say it, then try again.")
    UNREADABLE = "unreadable", _("This cannot be read: a number is too large, or objects lie too deep in each other.")
    UNSTORABLE = "unstorable", _("The database refused the event.")
    RESIDENT_ID = "resident_id", _("An id is a resident registration number, which may not be kept. It was struck out.")
    BLOCKED_EVENT = "blocked_event", _("A rule of the catalogue keeps this event out.")
    BLOCKED_PROPERTY = "blocked_property", _("A rule of the catalogue keeps events with this property out.")


class EventRule(models.TextChoices):
    """What the catalogue wants of an event. Empty: take it in."""

    EXPECTED = "expected", _("Expected")
    BLOCK = "block", _("Kept out")


class PropertyRule(models.TextChoices):
    """What the catalogue wants of a property, before it is stored. Empty: take it in."""

    EXPECTED = "expected", _("Expected")
    MASK = "mask", _("Masked")
    DROP = "drop", pgettext_lazy("property", "Left out")
    BLOCK = "block", _("Keeps its event out")
    TRUST = "trust", _("Never struck out")


class PropertyType(models.TextChoices):
    """What a value of a property is in JSON."""

    TEXT = "text", pgettext_lazy("property type", "text")
    NUMBER = "number", pgettext_lazy("property type", "number")
    FLAG = "flag", pgettext_lazy("property type", "yes or no")
    LIST = "list", pgettext_lazy("property type", "list")
    OBJECT = "object", pgettext_lazy("property type", "object")


class WarningKind(models.TextChoices):
    """What may look odd about an event."""

    RESIDENT_NUMBER = "resident_number", _("Resident registration numbers")
    CARD_NUMBER = "card_number", _("Card numbers")
    NEW_PROPERTY = "new_property", _("New property")
    TYPE_CHANGED = "type_changed", _("Type changed")
    UNPLANNED = "unplanned", _("Not in the plan")
    STOPPED = "stopped", _("Stopped coming")
    FEWER = "fewer", _("Far fewer")
    MORE = "more", _("Far more")


class Grain(models.TextChoices):
    """How long each step of a trend is."""

    HOUR = "hour", _("By hour")
    DAY = "day", _("By day")
    WEEK = "week", _("By week")


class Measure(models.TextChoices):
    """What a trend counts."""

    EVENTS = "events", _("Events")
    PEOPLE = "people", _("People")
    SUM = "sum", _("Sum of a property")


class ReplayState(models.TextChoices):
    """How far a replay is."""

    RUNNING = "running", _("Running")
    STOPPED = "stopped", pgettext_lazy("replay", "Stopped")
    FAILED = "failed", _("Failed")
    DONE = "done", _("Done")
