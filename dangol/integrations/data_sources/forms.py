"""What an administrator fills in about a source, step by step."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from dangol.customers.enums import OnDuplicate
from dangol.integrations.data_sources.enums import (
    Auth,
    Dialect,
    Encryption,
    Kind,
    Load,
    Paging,
    Rhythm,
    Shelf,
)
from dangol.integrations.data_sources.models import Source

SQL_PORTS = {Dialect.POSTGRESQL: 5432, Dialect.MARIADB: 3306}
SSH_PORT = 22
LONGEST_RHYTHM = 10_000


def _secret(label: Any, *, rows: int = 0) -> forms.CharField:
    """Return a field that never shows what is stored."""
    widget: forms.Widget = (
        forms.Textarea({"rows": rows, "autocomplete": "off"})
        if rows
        else forms.PasswordInput({"autocomplete": "new-password"})
    )
    return forms.CharField(label=label, required=False, strip=False, max_length=20_000, widget=widget)


class NewSourceForm(forms.Form):
    """What kind of source begins."""

    name = forms.CharField(label=_("Name"), max_length=100)
    kind = forms.ChoiceField(label=_("Where the rows are"), choices=Kind.choices, widget=forms.RadioSelect)
    subject = forms.ChoiceField(label=_("What a row tells of"), widget=forms.RadioSelect)

    def __init__(
        self, data: Any = None, *, subjects: Sequence[tuple[str, str]], initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.fields["subject"].choices = subjects  # type: ignore[attr-defined] # declared above


class PlaceForm(forms.Form):
    """Where a source is. `place` is stored as it is, `secrets` sealed."""

    secret_names: tuple[str, ...] = ()
    name = forms.CharField(label=_("Name"), max_length=100)
    is_private_allowed = forms.BooleanField(
        label=_("The server stands in our own network"), required=False,
        help_text=_("Without this, addresses of private networks are refused."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, source: Source) -> None:
        told = {**source.place, "name": source.name, "is_private_allowed": source.is_private_allowed}
        super().__init__(data, initial=told)
        self.order_fields([name for name in self.fields if name != "is_private_allowed"])
        if not settings.PRIVATE_SOURCES:
            del self.fields["is_private_allowed"]
        for name in self.secret_names:
            if source.secrets:
                self.fields[name].help_text = _("Leave empty to keep the stored one.")

    @property
    def place(self) -> dict[str, Any]:
        """What was filled in, without secrets."""
        left_out = {"name", "is_private_allowed", *self.secret_names}
        return {name: value for name, value in self.cleaned_data.items() if name not in left_out}

    @property
    def secrets(self) -> dict[str, str]:
        """The passwords and keys that were filled in."""
        return {name: self.cleaned_data.get(name, "") for name in self.secret_names}

    @property
    def values(self) -> dict[str, Any]:
        """Everything that `save_place` wants."""
        return {
            "name": self.cleaned_data["name"], "place": self.place, "secrets": self.secrets,
            "is_private_allowed": bool(self.cleaned_data.get("is_private_allowed")),
        }  # fmt: skip


class SqlPlaceForm(PlaceForm):
    """A database."""

    secret_names = ("password",)
    dialect = forms.ChoiceField(label=_("Database system"), choices=Dialect.choices)
    host = forms.CharField(label=_("Server"), max_length=200)
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, required=False)
    database = forms.CharField(label=_("Database"), max_length=200)
    user = forms.CharField(label=_("User name"), max_length=200, help_text=_("Use an account that may only read."))
    password = _secret(_("Password"))
    encryption = forms.ChoiceField(label=_("Encryption"), choices=Encryption.choices)

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if told.get("dialect") and not told.get("port"):
            told["port"] = SQL_PORTS[Dialect(told["dialect"])]
        return told


class FilesPlaceForm(PlaceForm):
    """A folder of this server, or one that SFTP reaches."""

    secret_names = ("password", "private_key", "passphrase")
    shelf = forms.ChoiceField(label=_("Where the files are"), choices=Shelf.choices)
    folder = forms.CharField(label=_("Folder"), max_length=500, required=False)
    host = forms.CharField(label=_("SFTP server"), max_length=200, required=False)
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, required=False)
    user = forms.CharField(label=_("User name"), max_length=200, required=False)
    password = _secret(_("Password"))
    private_key = _secret(_("Private key instead of a password"), rows=3)
    passphrase = _secret(_("Passphrase of the private key"))

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        told["port"] = told.get("port") or SSH_PORT
        if told.get("shelf") == Shelf.SFTP:
            for name in ("host", "user"):
                if not told.get(name):
                    self.add_error(name, _("SFTP needs this."))
        return told


class RestPlaceForm(PlaceForm):
    """A web service."""

    secret_names = ("password", "token")
    url = forms.URLField(label=_("Address"), max_length=1000, assume_scheme="https")
    auth = forms.ChoiceField(label=_("How it knows us"), choices=Auth.choices)
    user = forms.CharField(label=_("User name"), max_length=200, required=False)
    password = _secret(_("Password"))
    header = forms.RegexField(
        "^[A-Za-z0-9-]+$", label=_("Name of the header"), max_length=100, required=False,
        help_text=_("For a header of its own, like X-Api-Key."),
    )  # fmt: skip
    token = _secret(_("Token"))

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        parts = urlsplit(told.get("url", ""))
        if told.get("url") and (parts.scheme not in {"http", "https"} or parts.username is not None):
            self.add_error("url", _("Write an address that begins with https:// and holds no password."))
        told["host"] = (parts.hostname or "").lower()
        if told.get("auth") == Auth.HEADER and not told.get("header"):
            self.add_error("header", _("Say how the header is called."))
        if "\n" in told.get("token", "") or "\r" in told.get("token", ""):
            self.add_error("token", _("A token is one line."))
        return told


class ContentForm(forms.Form):
    """What to read there."""

    def __init__(self, data: Any = None, *, source: Source, offered: Sequence[str] = ()) -> None:
        super().__init__(data, initial=source.content)
        self.offered = offered

    @property
    def content(self) -> dict[str, Any]:
        """What was filled in, without what is empty."""
        return {name: value for name, value in self.cleaned_data.items() if value not in {"", None}}


class SqlContentForm(ContentForm):
    """One table, or one SELECT."""

    table = forms.CharField(label=_("Table or view"), max_length=200, required=False)
    query = forms.CharField(
        label=_("Or a SELECT"), max_length=20_000, required=False, widget=forms.Textarea({"rows": 5}),
        help_text=_("It runs in a transaction that cannot write."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, source: Source, offered: Sequence[str] = ()) -> None:
        super().__init__(data, source=source, offered=offered)
        if offered:
            choices = [("", "—"), *((name, name) for name in offered)]
            known = str(source.content.get("table", ""))
            if known and known not in offered:
                choices.append((known, known))
            self.fields["table"] = forms.ChoiceField(label=_("Table or view"), choices=choices, required=False)
            self.order_fields(["table", "query"])

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if bool(told.get("table")) == bool(told.get("query")):
            self.add_error("table", _("Choose a table, or write a SELECT; not both."))
        return told


class FilesContentForm(ContentForm):
    """Which files."""

    pattern = forms.CharField(
        label=_("Files"), max_length=200, initial="*.csv", help_text=_("Like members-*.csv or *.xlsx.")
    )
    sheet = forms.CharField(
        label=_("Sheet"), max_length=100, required=False, help_text=_("Of a workbook. Empty: the first one.")
    )


class RestContentForm(ContentForm):
    """Where in the answer the rows are, and how to get to the next ones."""

    items = forms.CharField(
        label=_("Where the list is"), max_length=200, required=False,
        help_text=_("Like data.items. Empty: the answer itself, or its only list."),
    )  # fmt: skip
    paging = forms.ChoiceField(label=_("Pages"), choices=Paging.choices)
    page_parameter = forms.CharField(
        label=_("Parameter of the page"), max_length=100, required=False, help_text=_("Like page, offset or cursor.")
    )
    first_page = forms.IntegerField(label=_("Number of the first page"), min_value=0, required=False, initial=1)
    size_parameter = forms.CharField(label=_("Parameter of the page size"), max_length=100, required=False)
    page_size = forms.IntegerField(label=_("Rows per page"), min_value=1, max_value=10_000, required=False)
    next_path = forms.CharField(
        label=_("Where the next link or mark is"), max_length=200, required=False,
        help_text=_("Like paging.next. Empty: the Link header, or next_cursor."),
    )  # fmt: skip
    since_parameter = forms.CharField(
        label=_("Parameter for what changed since"), max_length=100, required=False,
        help_text=_("Like updated_since, if the service can be asked so."),
    )  # fmt: skip


class ScheduleForm(forms.Form):
    """What a run reads, and when."""

    load = forms.ChoiceField(label=_("What a run reads"), choices=Load.choices, widget=forms.RadioSelect)
    cursor_column = forms.ChoiceField(
        label=_("Column that tells what is new"), required=False,
        help_text=_("It must grow with every change: the time of the last change, or a number that only goes up."),
    )  # fmt: skip
    rhythm = forms.ChoiceField(label=_("When"), choices=Rhythm.choices)
    every = forms.IntegerField(label=_("Every so many"), min_value=1, max_value=LONGEST_RHYTHM)
    daily_at = forms.TimeField(label=_("At"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"))

    def __init__(self, data: Any = None, *, source: Source) -> None:
        names = ("load", "cursor_column", "rhythm", "every", "daily_at")
        super().__init__(data, initial={name: getattr(source, name) for name in names})
        chooser: forms.ChoiceField = self.fields["cursor_column"]  # type: ignore[assignment] # declared above
        chooser.choices = [("", "—"), *((name, name) for name in source.column_names)]
        if source.kind == Kind.FILES:
            chooser.help_text = _("Empty: files that are new or changed are read, others not again.")


class DuplicatesForm(forms.Form):
    """What becomes of a row about somebody who is here already."""

    on_duplicate = forms.ChoiceField(
        label=_("Who is here already"),
        choices=[(one.value, one.label) for one in (OnDuplicate.UPDATE, OnDuplicate.FILL, OnDuplicate.SKIP)],
    )


PLACE_FORMS: Mapping[str, type[PlaceForm]] = {
    Kind.SQL.value: SqlPlaceForm, Kind.FILES.value: FilesPlaceForm, Kind.REST.value: RestPlaceForm,
}  # fmt: skip
CONTENT_FORMS: Mapping[str, type[ContentForm]] = {
    Kind.SQL.value: SqlContentForm, Kind.FILES.value: FilesContentForm, Kind.REST.value: RestContentForm,
}  # fmt: skip


def chosen_mapping(data: Mapping[str, str], names: Sequence[str]) -> dict[str, str]:
    """Read what each column means from the selects `column-0`, `column-1` …"""
    return {name: data.get(f"column-{number}", "") for number, name in enumerate(names)}
