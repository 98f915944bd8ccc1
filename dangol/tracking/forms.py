"""Forms of the sources pages."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from dangol.tracking.contracts import FieldMapping
from dangol.tracking.enums import Meaning, SourceKind

FIELD_PREFIX, PATH_PREFIX = "meaning-", "path-"
MOST_FIELDS = 500


class SourceForm(forms.Form):
    """Name a source."""

    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("The site, app or till that sends, for example “Web shop”.")
    )
    kind = forms.ChoiceField(label=_("How its events come in"), choices=SourceKind.choices, initial=SourceKind.API)


class EventNamesForm(forms.Form):
    """How the events of a source are named."""

    event = forms.CharField(
        label=_("One name for all events"),
        max_length=200,
        required=False,
        help_text=_("Used where no field names the event, for example “Order Completed”."),
    )
    names = forms.CharField(
        label=_("Names to change"),
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("One a line: what the source says = what is kept. For example: orders/paid = Order Completed"),
    )

    @classmethod
    def of(cls, mapping: FieldMapping) -> "EventNamesForm":
        """Show what was said before."""
        names = "\n".join(f"{theirs} = {ours}" for theirs, ours in mapping.names.items())
        return cls(initial={"event": mapping.event, "names": names})

    def clean_names(self) -> dict[str, str]:
        """Read the pairs."""
        lines = [line.partition("=") for line in self.cleaned_data["names"].splitlines() if line.strip()]
        if not all(theirs.strip() and ours.strip() for theirs, _sign, ours in lines):
            raise forms.ValidationError(_("Write each line as: what the source says = what is kept."))
        return {theirs.strip(): ours.strip() for theirs, _sign, ours in lines}


def chosen_meanings(data: Mapping[str, str]) -> dict[str, str]:
    """Return meaning by path as the page of fields posts them, in numbered pairs."""
    numbers = [key.removeprefix(PATH_PREFIX) for key in data if key.startswith(PATH_PREFIX)][:MOST_FIELDS]
    told = {data[PATH_PREFIX + number]: data.get(FIELD_PREFIX + number, "") for number in numbers}
    return {path: meaning for path, meaning in told.items() if meaning in Meaning.values}
