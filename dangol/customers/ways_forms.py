"""What members fill in about ways to reach somebody."""

from typing import Any

from django import forms

from dangol.customers.enums import ContactKind, ContactUse


class WayForm(forms.Form):
    """One way to reach somebody."""

    kind = forms.ChoiceField(choices=ContactKind.choices)
    value = forms.CharField(max_length=320)
    use = forms.ChoiceField(choices=ContactUse.choices, required=False)
    is_shared = forms.BooleanField(required=False)

    @property
    def way(self) -> dict[str, Any]:
        """Which way is meant."""
        return {"kind": ContactKind(self.cleaned_data["kind"]), "value": self.cleaned_data["value"]}

    @property
    def chosen_use(self) -> ContactUse:
        """What it is for."""
        return ContactUse(self.cleaned_data["use"] or ContactUse.OTHER)
