"""Forms of the sources pages."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SourceForm(forms.Form):
    """Name a source."""

    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("The site, app or till that sends, for example “Web shop”.")
    )
