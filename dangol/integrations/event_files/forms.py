"""The upload of a file of events."""

from django import forms
from django.utils.translation import gettext_lazy as _

from dangol.kit.uploads import Upload


class EventFileForm(forms.Form):
    """One file."""

    file = Upload(label=_("File"), help_text=_("CSV with a header, or JSON with one event a line. Up to 1 GB."))
