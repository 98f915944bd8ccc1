"""Where devices publish, as an administrator fills it in."""

import ssl
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from dangol.integrations.devices.models import Broker

if TYPE_CHECKING:
    BrokerModelForm = forms.ModelForm[Broker]
else:
    BrokerModelForm = forms.ModelForm


class BrokerForm(BrokerModelForm):
    """The broker, the way in, and the topics."""

    new_password = forms.CharField(
        label=_("Password"), required=False, strip=False, max_length=500,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )  # fmt: skip
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=8883)
    field_order = ("host", "port", "is_encrypted", "authority", "user", "new_password", "topics", "is_private_allowed")

    class Meta:
        model = Broker
        fields = ("host", "port", "is_encrypted", "authority", "is_private_allowed", "user", "topics")
        labels = {
            "host": _("MQTT broker"),
            "is_encrypted": _("Encrypted (TLS)"),
            "authority": _("Certificate of your own authority (PEM)"),
            "is_private_allowed": _("The broker stands in a private network"),
            "user": _("User name"),
            "topics": _("Topics"),
        }
        help_texts = {
            "topics": _("For example shop/+/door: + stands for one part, # for all that follow."),
            "authority": _(
                "Only if the broker's certificate is signed by none that browsers know. Then only this counts."
            ),
        }
        widgets = {"authority": forms.Textarea({"rows": 3, "class": "mono", "spellcheck": "false"})}

    def __init__(self, data: Any = None, *, instance: Broker | None = None) -> None:
        super().__init__(data, instance=instance or Broker())
        if instance:
            self.fields["new_password"].help_text = _("Leave empty to keep the stored one.")
        if not settings.PRIVATE_SOURCES:
            del self.fields["is_private_allowed"]

    def clean_topics(self) -> str:
        """Refuse what no broker would take."""
        topics = str(self.cleaned_data["topics"])
        parts = topics.split("/")
        if any(len(part) > 1 and {"#", "+"} & set(part) for part in parts) or "#" in parts[:-1]:
            raise forms.ValidationError(now_("In topics + stands for one whole part, and # only at the end."))
        return topics

    def clean_authority(self) -> str:
        """Refuse what is no certificate."""
        told = str(self.cleaned_data["authority"]).strip()
        try:
            ssl.create_default_context(cadata=told or None)
        except (ssl.SSLError, TypeError) as error:  # the latter where it is not even ASCII
            message = now_("This is no certificate. Paste it from -----BEGIN CERTIFICATE----- to its end.")
            raise forms.ValidationError(message) from error
        return told

    @property
    def place(self) -> dict[str, Any]:
        """What was filled in, without the password."""
        return {name: value for name, value in self.cleaned_data.items() if name != "new_password"}
