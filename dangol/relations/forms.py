"""What members write down about a relationship."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dangol.relations.enums import FeelingSource, PromiseOutcome
from dangol.ui.fields import DayField


class PromiseForm(forms.Form):
    """A promise in its exact words. It is due at the end of the chosen day, in the workspace's zone."""

    sentence = forms.CharField(label=_("What was promised, in the exact words"), max_length=500)
    due_on = DayField(label=_("By when"))

    def said(self) -> dict[str, Any]:
        """Return the arguments of `make_promise`."""
        end_of_day = datetime.combine(self.cleaned_data["due_on"], time(23, 59, 59))
        return {"sentence": self.cleaned_data["sentence"], "due_at": timezone.make_aware(end_of_day)}


class PromiseEndForm(forms.Form):
    """How a promise ended."""

    outcome = forms.TypedChoiceField(
        label=_("How it ended"),
        coerce=PromiseOutcome,
        choices=[choice for choice in PromiseOutcome.choices if choice[0] != PromiseOutcome.LATE],
    )
    note = forms.CharField(label=_("What should be remembered"), max_length=500, required=False)

    def said(self) -> dict[str, Any]:
        """Return the arguments of `end_promise`."""
        return self.cleaned_data


class HurtForm(forms.Form):
    """What went wrong."""

    reason = forms.CharField(label=_("What went wrong, as the customer would say it"), max_length=500)

    def said(self) -> dict[str, Any]:
        """Return the arguments of `open_hurt`."""
        return self.cleaned_data


class HurtResolutionForm(forms.Form):
    """How it was made good."""

    note = forms.CharField(label=_("How it was made good"), max_length=500)

    def said(self) -> dict[str, Any]:
        """Return the arguments of `resolve_hurt`."""
        return self.cleaned_data


class FeelingForm(forms.Form):
    """What the customer said or showed. Members never enter what a model inferred."""

    valence = forms.TypedChoiceField(
        label=pgettext_lazy("feeling", "Feeling"),
        coerce=int,
        choices=[
            (2, _("Delighted")),
            (1, _("Pleased")),
            (0, _("Indifferent")),
            (-1, _("Upset")),
            (-2, _("Very upset")),
        ],
    )
    source = forms.TypedChoiceField(
        label=_("Who says so"),
        coerce=FeelingSource,
        choices=[choice for choice in FeelingSource.choices if choice[0] != FeelingSource.INFERRED],
    )
    touchpoint = forms.CharField(label=_("Where it was felt, for example at delivery"), max_length=100)
    evidence = forms.CharField(label=_("The customer's words"), max_length=500, required=False)

    def said(self) -> dict[str, Any]:
        """Return the arguments of `note_feeling`."""
        return self.cleaned_data
