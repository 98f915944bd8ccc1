"""What an administrator fills in about an identity provider."""

from typing import Any

from django import forms
from django.conf import settings
from django.forms.models import model_to_dict
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dangol.desk.forms import FIXED_ROLES
from dangol.workspaces.enums import ProviderKind
from dangol.workspaces.models import SignInProvider
from dangol.workspaces.operations import ISSUERS, PROVES_ADDRESSES


class NewProviderForm(forms.Form):
    """Which provider it is."""

    kind = forms.ChoiceField(label=_("Kind"), choices=ProviderKind.choices)
    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("Stands on the button, for example “Google”."))


class ProviderForm(forms.Form):
    """Where the provider is, what it knows us by, and whom it may bring."""

    name = forms.CharField(label=_("Name"), max_length=100)
    issuer = forms.CharField(
        label=_("Issuer"), max_length=300, help_text=_("Exactly as the provider writes it, with https://.")
    )
    client_id = forms.CharField(label=_("Client ID"), max_length=255)
    client_secret = forms.CharField(
        label=_("Client secret"), max_length=500, required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    domains = forms.CharField(
        label=_("Only with addresses at"), required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One domain a line, such as example.com. Empty: whoever is linked."),
    )  # fmt: skip
    newcomer_role = forms.ChoiceField(
        label=_("Newcomers with these addresses become"), required=False,
        choices=[("", _("Nobody: by invitation only")), *FIXED_ROLES],
    )  # fmt: skip
    role_claim = forms.CharField(
        label=_("Claim that names the role"), max_length=100, required=False,
        help_text=_("For example “roles”. Its values are administrator, manager, sales … Empty: roles are given here."),
    )  # fmt: skip
    is_private_allowed = forms.BooleanField(
        label=_("The server stands in our own network"), required=False,
        help_text=_("Without this, addresses of private networks are refused."),
    )  # fmt: skip

    def __init__(self, data: QueryDict | None, *, provider: SignInProvider) -> None:
        super().__init__(data, initial=model_to_dict(provider) | {"domains": "\n".join(provider.domains)})
        if provider.client_secret:
            self.fields["client_secret"].help_text = _("Leave empty to keep the stored one.")
        left_out = {"issuer", "is_private_allowed"} if provider.kind in ISSUERS else set()
        if not settings.PRIVATE_SOURCES:
            left_out.add("is_private_allowed")
        if provider.kind not in PROVES_ADDRESSES:
            left_out |= {"domains", "newcomer_role"}
        for name in left_out:
            del self.fields[name]

    def clean_domains(self) -> list[str]:
        """Return the domains in lower case."""
        return str(self.cleaned_data["domains"]).lower().split()

    def clean(self) -> dict[str, Any]:
        """Check that newcomers are told by their addresses."""
        told = self.cleaned_data
        if told.get("newcomer_role") and not told.get("domains"):
            self.add_error("domains", gettext("Say at which domains newcomers have their addresses."))
        return told

    @property
    def details(self) -> dict[str, Any]:
        """What was filled in, as `change_provider` takes it."""
        values = dict(self.cleaned_data)
        return {"client_secret": values.pop("client_secret"), "values": values}
