"""Words of the staff shell."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Listed(models.TextChoices):
    """What a list shows."""

    PEOPLE = "people", _("People")
    COMPANIES = "companies", _("Companies")


class Scope(models.TextChoices):
    """Who finds a view among the tabs."""

    PRIVATE = "private", _("Only me")
    TEAM = "team", _("My team")
    EVERYBODY = "everybody", pgettext_lazy("scope of a view", "Everybody here")


class BulkAction(models.TextChoices):
    """What is done to many rows at once."""

    CHANGE = "change", _("Change a field")
    TAG = "tag", _("Add a tag")
    UNTAG = "untag", _("Take a tag away")
    DELETE = "delete", _("Move to the trash")


class BulkState(models.TextChoices):
    """How far a change of many rows is."""

    WAITING = "waiting", pgettext_lazy("of an approval", "Waits for answers")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")
    FAILED = "failed", _("Failed")


class TimelineKind(models.TextChoices):
    """What of a person's timeline is shown."""

    STORY = "story", _("The story")
    EVENTS = "events", _("Single events")


class ExportFormat(models.TextChoices):
    """As what events are carried out."""

    CSV = "csv", _("Table (CSV)")
    NDJSON = "ndjson", _("One JSON a line (NDJSON)")


class ExportState(models.TextChoices):
    """How far a file of events is."""

    WAITING = "waiting", _("Waits for answers")
    RUNNING = "running", _("Being written")
    DONE = "done", _("Ready")
