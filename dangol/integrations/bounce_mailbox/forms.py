"""Where returned mail arrives, as an administrator fills it in."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dangol.integrations.bounce_mailbox.models import Mailbox

if TYPE_CHECKING:
    MailboxModelForm = forms.ModelForm[Mailbox]
else:
    MailboxModelForm = forms.ModelForm


class MailboxForm(MailboxModelForm):
    """The IMAP server, the way in, and the folder."""

    new_password = forms.CharField(
        label=_("Password"), required=False, strip=False, max_length=500,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )  # fmt: skip
    security = forms.ChoiceField(
        label=_("Encryption"), choices=[("tls", "TLS"), ("starttls", "STARTTLS"), ("none", _("None"))]
    )
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=993)
    field_order = ("host", "port", "security", "user", "new_password", "folder")

    class Meta:
        model = Mailbox
        fields = ("host", "port", "security", "user", "folder")
        labels = {"host": _("IMAP server"), "user": _("User name"), "folder": _("Folder")}

    def __init__(self, data: Any = None, *, instance: Mailbox | None = None) -> None:
        super().__init__(data, instance=instance or Mailbox())
        password = self.fields["new_password"]
        password.required = instance is None
        password.help_text = _("Leave empty to keep the stored one.") if instance else ""

    @property
    def place(self) -> dict[str, Any]:
        """What was filled in, without the password."""
        return {name: value for name, value in self.cleaned_data.items() if name != "new_password"}
