"""What members fill in about consent wordings, requests and restriction."""

from typing import Any, cast
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from dangol.customers.enums import Channel, GuardianMethod, Purpose, RefusalGround, RequestSource, RightKind, RightsLaw
from dangol.customers.models import ConsentRules, RightsRequest
from dangol.kit.masking import Masked
from dangol.workspaces.models import Member
from dangol.workspaces.queries import colleagues


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
    source = forms.ChoiceField(label=_("How did they ask?"), choices=RequestSource.choices, initial=RequestSource.EMAIL)
    law = forms.ChoiceField(label=_("Under which law?"), choices=RightsLaw.choices)
    identity_proof = forms.CharField(
        label=_("How was it proven who asks?"), max_length=200, required=False,
        help_text=_("It has to be known before anything is handed over or erased."),
    )  # fmt: skip
    note = forms.CharField(label=_("In their words"), max_length=500, required=False)


class GuardianForm(forms.Form):
    """A guardian who agreed for a child under 14."""

    name = forms.CharField(label=_("Guardian's name"), max_length=200)
    contact = forms.CharField(label=_("How to reach the guardian"), max_length=320)
    method = forms.ChoiceField(label=_("How was it verified?"), choices=GuardianMethod.choices)
    evidence = forms.CharField(label=_("Evidence"), max_length=500, help_text=_("What shows it, and where it is kept."))


class HandlingForm(forms.Form):
    """Who answers a request, and what."""

    owner_id = forms.TypedChoiceField(label=_("Who answers"), coerce=UUID, empty_value=None, required=False)
    identity_proof = forms.CharField(label=_("How was it proven who asks?"), max_length=200, required=False)
    reply = forms.CharField(label=_("Reply"), widget=forms.Textarea({"rows": 4}), required=False)

    def __init__(self, data: QueryDict | None = None, *, asked: RightsRequest, by: Member) -> None:
        super().__init__(data, initial={name: getattr(asked, name) for name in self.base_fields})
        choices = [(str(one.pk), one.user.name) for one in colleagues(by)]
        cast("forms.ChoiceField", self.fields["owner_id"]).choices = [("", _("Nobody")), *choices]
        for name in self.fields:
            self.fields[name].disabled = isinstance(getattr(asked, name), Masked)


class RefusalForm(forms.Form):
    """On what legal ground a request is refused, and what the person is told."""

    ground = forms.ChoiceField(label=_("Legal ground"), choices=RefusalGround.choices)
    reason = forms.CharField(label=_("What the person is told"), max_length=1000, widget=forms.Textarea({"rows": 2}))


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Why?"), max_length=300, required=False)
