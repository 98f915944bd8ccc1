"""What members fill in about templates, the sender and the contact rules."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dangol.customers.enums import Purpose
from dangol.messaging.models import ContactRules, Sender

if TYPE_CHECKING:
    SenderModelForm = forms.ModelForm[Sender]
    RulesModelForm = forms.ModelForm[ContactRules]
else:
    SenderModelForm = RulesModelForm = forms.ModelForm

STARTER = """<mjml>
  <mj-body>
    <mj-section>
      <mj-column>
        <mj-text font-size="16px" line-height="1.7">
          {{ person.name | default: "고객" }}님, 안녕하세요.
        </mj-text>
      </mj-column>
    </mj-section>
  </mj-body>
</mjml>
"""


class WordingForm(forms.Form):
    """The words of a template."""

    subject = forms.CharField(label=_("Subject"), max_length=300, widget=forms.TextInput({"autocomplete": "off"}))
    preheader = forms.CharField(
        label=_("Preview line"),
        max_length=300,
        required=False,
        help_text=_("Mail programs show it beside the subject."),
    )
    body = forms.CharField(
        label=_("Text (MJML and Liquid)"), initial=STARTER,
        widget=forms.Textarea({"rows": 22, "spellcheck": "false", "class": "mono"}),
        help_text=_("The (광고) label, the sender and the opt-out are added by themselves."), strip=False,
    )  # fmt: skip


class TemplateForm(WordingForm):
    """A new template: what it is for, and its words. The purpose stays for good."""

    name = forms.CharField(label=_("Name"), max_length=120)
    purpose = forms.ChoiceField(label=_("Purpose"), choices=[("", "—"), *Purpose.choices])
    transactional_reason = forms.CharField(
        label=_("Transaction it belongs to"), max_length=200, required=False,
        help_text=_("Only for transactional messages. Kept in the audit record."),
    )  # fmt: skip
    intended_feeling = forms.CharField(
        label=_("How should it feel?"), max_length=60, required=False, help_text=_("For example: welcome, relief")
    )
    field_order = ("name", "purpose", "transactional_reason", "intended_feeling", "subject", "preheader", "body")


class SenderForm(SenderModelForm):
    """Who signs the mail, and which server takes it."""

    new_password = forms.CharField(
        label=_("Password"), required=False, strip=False, max_length=500,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=_("Leave empty to keep the stored one."),
    )  # fmt: skip
    security = forms.ChoiceField(
        label=_("Encryption"), choices=[("none", _("None")), ("starttls", "STARTTLS"), ("tls", "TLS")]
    )
    connections = forms.IntegerField(label=_("Connections at once"), min_value=1, max_value=50)
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535)
    field_order = (
        "name", "email", "phone", "postal_address", "host", "port", "security", "user", "new_password", "connections",
        "bounce_address",
    )  # fmt: skip

    class Meta:
        model = Sender
        fields = (
            "name", "email", "phone", "postal_address", "host", "port", "security", "user", "bounce_address",
            "connections",
        )  # fmt: skip
        labels = {
            "name": _("Sender name"),
            "email": _("Sender e-mail"),
            "phone": _("Phone"),
            "postal_address": _("Postal address"),
            "host": _("Mail server"),
            "user": _("User name"),
            "bounce_address": _("Return address for bounces"),
        }
        help_texts = {
            "bounce_address": _("May hold {token}, for example bounce+{token}@example.com. Empty: the sender's own."),
        }

    def __init__(self, data: Any = None, *, instance: Sender | None = None) -> None:
        super().__init__(data, instance=instance or Sender())

    @property
    def values(self) -> dict[str, Any]:
        """What was filled in, without the password."""
        return {name: value for name, value in self.cleaned_data.items() if name != "new_password"}


class PlainNumber(forms.FloatField):
    """A number that shows no more digits than it needs: 10, 2.5."""

    def prepare_value(self, value: Any) -> Any:
        return f"{value:g}" if isinstance(value, float) else value


class ContactRulesForm(RulesModelForm):
    """The workspace's own limits on top of the law."""

    cap_count = forms.IntegerField(label=_("Advertising messages at the most"), min_value=1, max_value=100)
    cap_days = forms.IntegerField(label=_("Within so many days"), min_value=1, max_value=365)
    attention_cap = PlainNumber(label=_("Attention a person can give (points)"), min_value=1, max_value=1000)
    service_reserve = PlainNumber(label=_("Kept for service (points)"), min_value=0, max_value=1000)
    attention_half_life_hours = PlainNumber(label=_("Hours until half of it is back"), min_value=1, max_value=8760)
    hold_expires_hours = forms.IntegerField(
        label=_("Hours until a held message is out of date"), min_value=1, max_value=720
    )

    class Meta:
        model = ContactRules
        fields = (
            "quiet_from", "quiet_until", "email_at_legal_night", "cap_count", "cap_days", "attention_cap",
            "service_reserve", "attention_half_life_hours", "hold_expires_hours",
        )  # fmt: skip
        labels = {
            "quiet_from": _("Quiet from"),
            "quiet_until": _("Quiet until"),
            "email_at_legal_night": _("Advertising e-mail may leave between 21:00 and 08:00"),
        }
        help_texts = {"quiet_until": _("The same time twice means no quiet hours.")}
        widgets = {
            "quiet_from": forms.TimeInput({"type": "time"}, format="%H:%M"),
            "quiet_until": forms.TimeInput({"type": "time"}, format="%H:%M"),
        }

    def __init__(self, data: Any = None, *, instance: ContactRules | None = None) -> None:
        super().__init__(data, instance=instance or ContactRules())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("service_reserve", 0) >= cleaned.get("attention_cap", 1):
            self.add_error("service_reserve", _("Keep less for service than the whole."))
        return cleaned


class TestMailForm(forms.Form):
    """Where the test goes."""

    to = forms.EmailField(label=_("Send a test to"))
