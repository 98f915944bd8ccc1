"""What members fill in about consent wordings, requests and restriction."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dangol.customers.enums import Channel, Purpose, RightKind
from dangol.customers.models import ConsentRules


class ConsentRulesForm(forms.Form):
    """How the house asks and tells."""

    double_opt_in = forms.BooleanField(
        label=_("Confirm consents to e-mail by e-mail (double opt-in)"), required=False,
        help_text=_("A consent counts once the person presses the button in our mail. After 7 days the question ends."),
    )  # fmt: skip
    result_notices = forms.BooleanField(
        label=_("Tell the result of every consent and withdrawal"), required=False,
        help_text=_("Within 14 days, by mail. The law in Korea demands it. It tells of what happens from now on."),
    )  # fmt: skip
    reconfirmation = forms.BooleanField(
        label=_("Tell after two years that a consent stands, and before it ends"), required=False,
        help_text=_("The law in Korea demands the first. It is sent in the last month of the two years."),
    )  # fmt: skip
    silence_keeps = forms.BooleanField(
        label=_("Who says nothing to that keeps the consent"), required=False,
        help_text=_("Without it, the consent ends unless the person presses the button."),
    )  # fmt: skip

    @classmethod
    def filled(cls, rules: ConsentRules, data: Any = None) -> "ConsentRulesForm":
        """Return a form that shows what is chosen now."""
        return cls(data, initial={name: getattr(rules, name) for name in cls.base_fields})


class WordingForm(forms.Form):
    """A new version of what people agree to."""

    label = forms.CharField(
        label=_("Name of the version"), max_length=60, help_text=_("The ledger names it so, like 2026-11.")
    )
    purpose = forms.ChoiceField(label=_("Purpose"), choices=Purpose.choices)
    channels = forms.MultipleChoiceField(
        label=_("Channels"), choices=Channel.choices, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: every channel."),
    )  # fmt: skip
    korean = forms.CharField(label=_("Text in Korean"), widget=forms.Textarea({"rows": 5}))
    english = forms.CharField(label=_("Text in English"), widget=forms.Textarea({"rows": 5}))


class RightsRequestForm(forms.Form):
    """Something that a person asked for."""

    kind = forms.ChoiceField(label=_("What do they ask for?"), choices=RightKind.choices)
    note = forms.CharField(label=_("How did they say it?"), max_length=500, required=False)


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(max_length=300, required=False)
