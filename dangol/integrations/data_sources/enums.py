"""Words of the scheduled sources."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    """Where rows come from."""

    SQL = "sql", _("Database")
    FILES = "files", _("Files")
    REST = "rest", _("Web service")


class Dialect(models.TextChoices):
    """Which database."""

    POSTGRESQL = "postgresql", "PostgreSQL"
    MARIADB = "mariadb", "MariaDB, MySQL"


class Encryption(models.TextChoices):
    """How the way to a database is kept from others."""

    VERIFIED = "verified", _("TLS, certificate checked")
    UNVERIFIED = "unverified", _("TLS, any certificate")
    NONE = "none", _("None")


class Shelf(models.TextChoices):
    """Where files lie."""

    FOLDER = "folder", _("A folder on this server")
    SFTP = "sftp", "SFTP"


class Auth(models.TextChoices):
    """How a web service knows us."""

    NONE = "none", _("Without")
    BASIC = "basic", _("User name and password")
    BEARER = "bearer", _("Bearer token")
    HEADER = "header", _("Header of its own")


class Paging(models.TextChoices):
    """How a web service hands out its pages."""

    NONE = "none", _("Everything in one answer")
    LINK = "link", _("Each answer names the address of the next")
    NUMBER = "number", _("Page number")
    OFFSET = "offset", _("Offset")
    CURSOR = "cursor", _("Each answer names a mark for the next")


class Load(models.TextChoices):
    """What a run reads."""

    INCREMENTAL = "incremental", _("Only what is new or changed")
    FULL = "full", _("Everything, each time")


class Rhythm(models.TextChoices):
    """When a source is read."""

    MINUTES = "minutes", _("Every few minutes")
    HOURS = "hours", _("Every few hours")
    DAILY = "daily", _("Every day at a time")
    BY_HAND = "by_hand", _("Only when somebody asks")


class RunState(models.TextChoices):
    """How far a run is."""

    RUNNING = "running", _("Running")
    WAITING = "waiting", _("Waiting to try again")
    DONE = "done", _("Done")
    STOPPED = "stopped", _("Stopped: the columns changed")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


OPEN = (RunState.RUNNING, RunState.WAITING)


class ColumnKind(models.TextChoices):
    """What a column holds, as far as anybody can tell. Empty: nothing was seen yet."""

    TEXT = "text", pgettext_lazy("kind of column", "Text")
    NUMBER = "number", pgettext_lazy("kind of column", "Number")
    TIME = "time", pgettext_lazy("kind of column", "Date or time")
    YES_NO = "yes_no", pgettext_lazy("kind of column", "Yes or no")
    OTHER = "other", pgettext_lazy("kind of column", "Something else")
