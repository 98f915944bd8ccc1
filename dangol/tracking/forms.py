"""Forms of the sources pages."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dangol.tracking.contracts import FieldMapping
from dangol.tracking.enums import EventRule, Grain, Meaning, Measure, PropertyRule, SourceKind
from dangol.tracking.models import EventDefinition
from dangol.tracking.queries import LetterFilter
from dangol.tracking.queries.trends import LONGEST
from dangol.ui.fields import DayField
from dangol.ui.widgets import MomentInput

FIELD_PREFIX, PATH_PREFIX = "meaning-", "path-"
MOST_FIELDS = 500
LONGEST_RULE = 100_000


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


class DescriptionForm(forms.Form):
    """What an event is called and means."""

    label_ko = forms.CharField(label=_("What it is called in Korean"), max_length=100, required=False)
    label_en = forms.CharField(label=_("What it is called in English"), max_length=100, required=False)
    description = forms.CharField(
        label=_("What it means"),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("For those who build on it: when does it come, and what is it not?"),
    )


class EventRuleForm(forms.Form):
    """What is to be done with an event."""

    rule = forms.ChoiceField(choices=[("", ""), *EventRule.choices], required=False)


class PropertyRuleForm(forms.Form):
    """What is to be done with a property."""

    rule = forms.ChoiceField(choices=[("", ""), *PropertyRule.choices], required=False)


class StreamForm(forms.Form):
    """Which of the events that arrive are shown."""

    name = forms.CharField(required=False)
    source = forms.UUIDField(required=False)
    person = forms.CharField(required=False)


class LetterForm(forms.Form):
    """Which dead letters are meant."""

    code = forms.CharField(required=False)
    source = forms.UUIDField(required=False)

    @property
    def wanted(self) -> LetterFilter:
        """What was chosen; what is no source stands for any."""
        self.full_clean()
        return LetterFilter(self.cleaned_data.get("code", ""), self.cleaned_data.get("source"))


class TimeRulesForm(forms.Form):
    """How late and how far ahead an event may be."""

    days_late = forms.IntegerField(
        label=_("Days that an event may arrive late"),
        min_value=1,
        max_value=LONGEST_RULE,
        required=False,
        help_text=_("Empty: however late. Files of past events are always taken in."),
    )
    hours_ahead = forms.IntegerField(
        label=_("Hours that an event may claim to be ahead"),
        min_value=1,
        max_value=LONGEST_RULE,
        required=False,
        help_text=_("Empty: however far. What is ahead counts as happening when it arrived."),
    )


class ReplayForm(forms.Form):
    """Which time is made anew, by the workspace's clocks."""

    since = forms.DateTimeField(label=pgettext_lazy("first moment", "From"), widget=MomentInput())
    until = forms.DateTimeField(label=pgettext_lazy("last moment", "Until"), widget=MomentInput())


class TrendForm(forms.Form):
    """What a trend shows. The days are local."""

    event = forms.ModelChoiceField(label=_("Event"), queryset=EventDefinition.objects.none(), empty_label=None)
    measure = forms.ChoiceField(label=pgettext_lazy("trend", "Count"), choices=Measure.choices)
    amount = forms.CharField(label=_("Property to add up"), max_length=200, required=False)
    by = forms.CharField(label=_("Broken down by"), max_length=200, required=False)
    grain = forms.ChoiceField(label=pgettext_lazy("trend", "Steps"), choices=Grain.choices)
    first = DayField(label=pgettext_lazy("first day", "From"))
    last = DayField(label=pgettext_lazy("last day", "To"))

    def __init__(self, data: QueryDict, *, events: QuerySet[EventDefinition], today: date) -> None:
        defaults = {
            "event": str(event.pk) if (event := events.first()) else "",
            "measure": Measure.EVENTS,
            "grain": Grain.DAY,
            "first": (today - timedelta(days=29)).isoformat(),
            "last": today.isoformat(),
        }
        super().__init__(defaults | {name: value for name, value in data.items() if value})
        cast("forms.ModelChoiceField[EventDefinition]", self.fields["event"]).queryset = events
        for name in ("amount", "by"):
            self.fields[name].widget.attrs["list"] = "properties"

    def clean(self) -> dict[str, Any]:
        """Check that the days are in order and not too many, and that a sum says of what."""
        told = self.cleaned_data
        if "first" in told and "last" in told:
            days = (told["last"] - told["first"]).days
            if days < 0:
                self.add_error("last", _("The last day is before the first."))
            elif days >= (most := LONGEST[Grain(told.get("grain", Grain.DAY))]):
                self.add_error("first", _("With these steps choose at most %(days)s days.") % {"days": most})
        if told.get("measure") == Measure.SUM and not told.get("amount"):
            self.add_error("amount", _("Which property is to be added up?"))
        return told
