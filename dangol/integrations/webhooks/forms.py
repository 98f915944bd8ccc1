"""How a sender signs, as an administrator fills it in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dangol.integrations.webhooks.enums import Scheme
from dangol.integrations.webhooks.models import Webhook


class WebhookForm(forms.Form):
    """The scheme and the secret."""

    scheme = forms.ChoiceField(label=_("How the sender signs"), choices=Scheme.choices)
    secret = forms.CharField(
        label=_("Secret"), required=False, max_length=500,
        widget=forms.PasswordInput({"autocomplete": "off"}),
        help_text=_("The sender shows it where you enter the address. It is kept sealed."),
    )  # fmt: skip
    signature_header = forms.CharField(
        label=_("Header of the signature"), required=False, max_length=100,
        help_text=_("Only for HMAC-SHA256 in a header, for example X-Hub-Signature-256."),
    )  # fmt: skip
    id_header = forms.CharField(
        label=_("Header of the delivery's id"), required=False, max_length=100,
        help_text=_("If the sender numbers its deliveries. Otherwise two equal bodies are one."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, webhook: Webhook | None = None) -> None:
        names = ("scheme", "signature_header", "id_header")
        super().__init__(data, initial={name: getattr(webhook, name) for name in names} if webhook else None)
        if webhook:
            self.fields["secret"].help_text = _("Leave empty to keep the stored one.")
