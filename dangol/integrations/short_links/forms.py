"""A new short link."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ShortLinkForm(forms.Form):
    """Where it leads, and on what it stands."""

    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("For you, for example “Leaflet, autumn”."))
    target = forms.URLField(label=_("Leads to"), max_length=1000, assume_scheme="https")
    campaign = forms.CharField(label=_("Campaign"), max_length=100, required=False)
    store = forms.CharField(label=_("Store"), max_length=100, required=False)
    channel = forms.CharField(
        label=_("Channel"), max_length=100, required=False, help_text=_("For example leaflet, table, parcel, window.")
    )

    joins_visits = forms.BooleanField(
        label=_("It leads to our own site: join the visit with what follows there"),
        required=False,
        help_text=_(
            "Adds dangol_visit=… to the address. The page must carry Dangol's script, which waits for consent."
        ),
    )

    def clean_target(self) -> str:
        """Lead to web pages only."""
        target = str(self.cleaned_data["target"])
        if not target.startswith(("https://", "http://")):
            raise forms.ValidationError(_("Write the address of a web page, beginning with https://."))
        return target
