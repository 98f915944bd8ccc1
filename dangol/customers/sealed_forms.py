"""What members fill in about sealed fields."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dangol.customers.models import SealedField
from dangol.customers.queries import sealed_fields
from dangol.workspaces.models import Member

HIDDEN_FROM_BROWSERS = {"autocomplete": "off", "spellcheck": "false"}


class SealedFieldForm(forms.Form):
    """One more thing to keep under seal."""

    label = forms.CharField(label=_("Name"), max_length=100, help_text=_("For example: passport number."))
    help_text = forms.CharField(label=_("Hint for your colleagues"), max_length=300, required=False)
    is_unique = forms.BooleanField(label=_("Two people never have the same"), required=False)


class SealedValueForm(forms.Form):
    """A value to keep."""

    text = forms.CharField(max_length=200, required=False, widget=forms.TextInput(HIDDEN_FROM_BROWSERS))


class SealedSearchForm(forms.Form):
    """Who has this value? It is asked in the body of a request: addresses are written down by many machines."""

    field = forms.ModelChoiceField(label=_("Sealed field"), queryset=SealedField.objects.none(), empty_label=None)
    text = forms.CharField(label=_("The whole value"), max_length=200, widget=forms.TextInput(HIDDEN_FROM_BROWSERS))

    def __init__(self, *args: Any, member: Member) -> None:
        super().__init__(*args)
        choice: forms.ModelChoiceField[SealedField] = self.fields["field"]  # type: ignore[assignment] # declared above
        choice.queryset = sealed_fields(member)
