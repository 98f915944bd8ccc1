"""What members fill in about their workspace and themselves."""

from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.forms import PasswordChangeForm
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from dangol.workspaces.enums import Language, Role, Theme
from dangol.workspaces.models import User, Workspace

CURRENCIES = [
    ("KRW", "KRW ₩"),
    ("USD", "USD $"),
    ("EUR", "EUR €"),
    ("JPY", "JPY ¥"),
    ("GBP", "GBP £"),
    ("CNY", "CNY ¥"),
]


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
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.SALES)
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)


class OwnPasswordForm(PasswordChangeForm):
    """A member's own new password. It stands beside the profile, so it does not take the first key stroke."""

    def __init__(self, user: User, data: QueryDict | None = None) -> None:
        super().__init__(user, data)
        self.fields["old_password"].widget.attrs.pop("autofocus", None)


class ProfileForm(forms.Form):
    """How a member is called and wants to see the screens."""

    name = forms.CharField(label=_("Name"), max_length=100)
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    theme = forms.ChoiceField(label=_("Theme"), choices=Theme.choices, widget=forms.RadioSelect)
