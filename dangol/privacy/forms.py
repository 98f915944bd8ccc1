"""What the privacy officer fills in."""

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from dangol.privacy.enums import BreachCause, Risk, StepKind
from dangol.privacy.models import Breach
from dangol.segments.models import Segment
from dangol.segments.queries import segments_visible
from dangol.workspaces.enums import DataSort
from dangol.workspaces.models import Member

LONG = {"rows": 3}
MOMENT = "%Y-%m-%dT%H:%M"


class PeriodForm(forms.Form):
    """After how many days the rows of one table go."""

    table = forms.CharField(max_length=63)
    days = forms.IntegerField(min_value=1)
    is_on = forms.BooleanField(required=False)


class MomentField(forms.DateTimeField):
    """A moment, chosen by day and hour."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput({"type": "datetime-local"}, format=MOMENT)
        super().__init__(widget=widget, input_formats=[MOMENT], **options)


class BreachForm(forms.Form):
    """A breach, as it is told to the people and the authorities."""

    title = forms.CharField(label=_("In a few words"), max_length=200)
    found_at = MomentField(label=_("When did you come to know?"), help_text=_("The 72 hours run from here."))
    happened_at = MomentField(label=_("When did it happen?"), required=False)
    cause = forms.ChoiceField(label=_("How?"), choices=BreachCause.choices)
    is_certain = forms.BooleanField(
        label=_("It is certain whose data it was"), required=False, initial=True,
        help_text=_("Otherwise all who may be affected are told, and corrected later."),
    )  # fmt: skip
    happened = forms.CharField(label=_("What happened to the data"), widget=forms.Textarea(LONG))
    sorts = forms.MultipleChoiceField(
        label=_("Which data"), choices=DataSort.choices, widget=forms.CheckboxSelectMultiple
    )
    has_sensitive = forms.BooleanField(label=_("Sensitive data or unique identifiers are among it"), required=False)
    people_count = forms.IntegerField(label=_("How many people"), min_value=0, required=False)
    segment = forms.ModelChoiceField(
        label=_("Or count those in a segment"), queryset=Segment.objects.none(), required=False,
        empty_label=_("No segment"),
    )  # fmt: skip
    is_gdpr = forms.BooleanField(label=_("People in the EU or the UK are among them"), required=False)
    risk = forms.ChoiceField(label=_("Risk to the people"), choices=Risk.choices, initial=Risk.SOME)
    advice = forms.CharField(label=_("What people can do to limit the harm"), widget=forms.Textarea(LONG))
    measures = forms.CharField(
        label=_("What you do about it, and how damage is made good"), widget=forms.Textarea(LONG)
    )
    contact = forms.CharField(label=_("Department and contact for questions"), max_length=300)

    def __init__(self, data: QueryDict | None, *, by: Member, breach: Breach | None = None) -> None:
        told = {name: getattr(breach, name) for name in self.base_fields} if breach else {}
        super().__init__(data, initial=told)
        cast("forms.ModelChoiceField[Segment]", self.fields["segment"]).queryset = segments_visible(by)


class StepForm(forms.Form):
    """Something that was done about a breach."""

    kind = forms.ChoiceField(label=_("What was done"), choices=StepKind.choices)
    note = forms.CharField(label=_("How, and who was told"), max_length=500, required=False)
