"""What members fill in about their workspace and themselves."""

from typing import Any, cast
from uuid import UUID
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.forms import PasswordChangeForm
from django.db.models import QuerySet
from django.forms.models import model_to_dict
from django.http import QueryDict
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from dangol.customers.operations import FOR_MANY, UnableToChange
from dangol.desk.enums import BulkAction, ExportFormat, Listed, TimelineKind
from dangol.desk.models import NoticeChoice
from dangol.desk.operations.bulk import MOST
from dangol.kit.ids import as_uuid
from dangol.kit.networks import network_of
from dangol.segments.models import Segment
from dangol.tracking.models import EventDefinition
from dangol.ui.fields import DayField
from dangol.workspaces.enums import Language, NoticeKind, Role, Theme
from dangol.workspaces.models import SignInProvider, SignInRules, User, Workspace
from dangol.workspaces.permissions import ROLES

CURRENCIES = [
    ("KRW", "KRW ₩"),
    ("USD", "USD $"),
    ("EUR", "EUR €"),
    ("JPY", "JPY ¥"),
    ("GBP", "GBP £"),
    ("CNY", "CNY ¥"),
]

FIXED_ROLES = [(role, label) for role, label in Role.choices if role in ROLES]


def time_zones() -> list[tuple[str, str]]:
    """Every named zone of the world, Seoul first."""
    named = (zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "System")))
    others = sorted(named)
    return [("Asia/Seoul", "Asia/Seoul"), ("UTC", "UTC"), *((zone, zone) for zone in others if zone != "Asia/Seoul")]


class WorkspaceForm(forms.Form):
    """The house: its name, and how it counts time and money."""

    name = forms.CharField(label=_("Name"), max_length=100)
    language = forms.ChoiceField(
        label=_("Language of the house"),
        choices=Language.choices,
        help_text=_("Used for people whose language nobody knows."),
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones)
    currency = forms.ChoiceField(label=_("Currency"), choices=CURRENCIES)

    def __init__(self, data: QueryDict | None = None, *, workspace: Workspace) -> None:
        initial = {name: getattr(workspace, name) for name in ("name", "language", "time_zone", "currency")}
        super().__init__(data, initial=initial)


class InvitationForm(forms.Form):
    """Somebody new in the house."""

    name = forms.CharField(label=_("Name"), max_length=100)
    email = forms.EmailField(label=_("E-mail"))
    role = forms.ChoiceField(label=_("Role"), choices=FIXED_ROLES, initial=Role.SALES)
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)


class OwnPasswordForm(PasswordChangeForm):
    """A member's own new password. It stands beside the profile, so it does not take the first key stroke."""

    def __init__(self, user: User, data: QueryDict | None = None) -> None:
        super().__init__(user, data)
        self.fields["old_password"].widget.attrs.pop("autofocus", None)


class SignInRulesForm(forms.Form):
    """How strictly members sign in."""

    idle_minutes = forms.IntegerField(
        label=_("Sign out after minutes without use"), min_value=5, max_value=24 * 60, help_text=_("5 to 1,440.")
    )
    session_hours = forms.IntegerField(
        label=_("Sign out in any case after hours"), min_value=1, max_value=30 * 24, help_text=_("1 to 720.")
    )
    second_factor_roles = forms.MultipleChoiceField(
        label=_("Roles that need a second factor"),
        choices=Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Who has none sets one up before any other page opens."),
    )

    networks = forms.CharField(
        label=_("Let in only from"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One address or network a line, such as 203.0.113.7 or 198.51.100.0/24. Empty: from anywhere."),
    )

    only_by = forms.ModelChoiceField(
        label=_("Members come in by"),
        queryset=SignInProvider.objects.none(),
        required=False,
        empty_label=_("Password, passkey or any provider"),
        help_text=_("Administrators can always use their password too, in case the provider fails."),
    )

    def __init__(
        self, data: QueryDict | None = None, *, rules: SignInRules, providers: QuerySet[SignInProvider]
    ) -> None:
        super().__init__(data, initial=model_to_dict(rules) | {"networks": "\n".join(rules.networks)})
        cast("forms.ModelChoiceField[SignInProvider]", self.fields["only_by"]).queryset = providers

    def clean_networks(self) -> list[str]:
        """Return the networks in their one spelling."""
        lines = [line for line in self.cleaned_data["networks"].splitlines() if line.strip()]
        try:
            return [network_of(line) for line in lines]
        except ValueError:
            raise forms.ValidationError(gettext("One of the lines is neither an address nor a network.")) from None


class ProfileForm(forms.Form):
    """How a member is called and wants to see the screens."""

    name = forms.CharField(label=_("Name"), max_length=100)
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    theme = forms.ChoiceField(label=_("Theme"), choices=Theme.choices, widget=forms.RadioSelect)


class NoticeForm(forms.Form):
    """Of what, and how often, a member is told by mail."""

    kinds = forms.MultipleChoiceField(
        label=_("Tell me of"), choices=NoticeKind.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    is_daily = forms.TypedChoiceField(
        label=_("When"), coerce=lambda told: told == "True", widget=forms.RadioSelect,
        choices=[(False, _("Within minutes")), (True, _("Once a day, in the morning"))],
    )  # fmt: skip

    def __init__(self, data: QueryDict | None, *, chosen: NoticeChoice) -> None:
        kinds = [kind for kind in NoticeKind.values if kind not in chosen.left_out]
        super().__init__(data, initial={"kinds": kinds, "is_daily": chosen.is_daily})

    @property
    def details(self) -> dict[str, Any]:
        """What `choose_notices` takes."""
        told = self.cleaned_data
        return {
            "is_daily": told["is_daily"],
            "left_out": [kind for kind in NoticeKind.values if kind not in told["kinds"]],
        }


class BulkForm:
    """What is to be done to the chosen rows of a list. `change:city` in one select stands for action and field."""

    def __init__(self, data: QueryDict, *, listed: Listed) -> None:
        self.data = data
        self.listed = listed
        self.verb, _colon, self.field = data.get("act", "").partition(":")

    @property
    def action(self) -> BulkAction:
        """
        What is to be done.

        :raises UnableToChange: if nothing that a list can do was chosen
        """
        if self.verb not in BulkAction.values or (self.verb == "change" and self.field not in FOR_MANY[self.listed]):
            raise UnableToChange(gettext("Choose what to do with the rows."))
        return BulkAction(self.verb)

    @property
    def detail(self) -> dict[str, Any]:
        """The field and value, or the tag."""
        if self.action == BulkAction.CHANGE:
            return {"field": self.field, "value": self.data.get(f"value_{self.field}", "")}
        return {} if self.action == BulkAction.DELETE else {"tag": self.data.get("tag", "")}

    def chosen(self, rows: QuerySet[Any]) -> list[UUID]:
        """Return the ids of the ticked rows, or of all that the list shows when the member said so."""
        if self.data.get("all") == "1":
            return list(rows.order_by().values_list("pk", flat=True)[: MOST + 1])
        return [row_id for text in self.data.getlist("ids") if (row_id := as_uuid(text))]


class TimelineForm(forms.Form):
    """Which part of a person's timeline is shown."""

    kind = forms.ChoiceField(choices=[("", _("Everything")), *TimelineKind.choices], required=False)
    name = forms.CharField(required=False)
    first = DayField(required=False)
    last = DayField(required=False)
    text = forms.CharField(required=False)


class EventExportForm(forms.Form):
    """Which events go into a file."""

    event = forms.ModelChoiceField(label=_("Event"), queryset=EventDefinition.objects.none(), empty_label=None)
    first = DayField(label=pgettext_lazy("first day", "From"))
    last = DayField(label=pgettext_lazy("last day", "To"))
    segment = forms.ModelChoiceField(
        label=_("Only of people in"), queryset=Segment.objects.none(), required=False, empty_label=_("Everybody")
    )
    format = forms.ChoiceField(label=pgettext_lazy("file format", "As"), choices=ExportFormat.choices)

    def __init__(
        self,
        data: QueryDict | None,
        *,
        initial: dict[str, Any],
        events: QuerySet[EventDefinition],
        segments: QuerySet[Segment],
    ) -> None:
        super().__init__(data, initial=initial)
        cast("forms.ModelChoiceField[EventDefinition]", self.fields["event"]).queryset = events
        cast("forms.ModelChoiceField[Segment]", self.fields["segment"]).queryset = segments

    def clean(self) -> dict[str, Any]:
        """Check that the days are in order."""
        told = self.cleaned_data
        if "first" in told and "last" in told and told["last"] < told["first"]:
            self.add_error("last", _("The last day is before the first."))
        return told
