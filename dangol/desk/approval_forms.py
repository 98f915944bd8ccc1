"""What administrators fill in about approvals, and members who will be away."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dangol.desk.forms import FIXED_ROLES
from dangol.desk.rights_forms import MemberChoice
from dangol.ui.fields import DayField
from dangol.workspaces.contracts import ApprovalSubject
from dangol.workspaces.enums import ApproverWay
from dangol.workspaces.models import ApprovalRule, Member
from dangol.workspaces.operations import UnableToSaveRule
from dangol.workspaces.queries import colleagues, custom_roles_of

NAMED = tuple(f"member_{place}" for place in range(1, 6))
FIELDS = ("subject", "at_least", "way", "role", "needed", "in_order", "hours")
LONGEST_HOURS = 24 * 30


class ApprovalRuleForm(forms.Form):
    """One step of a ladder."""

    subject = forms.ChoiceField(label=_("What"))
    at_least = forms.IntegerField(
        label=_("From how many on"), min_value=0, initial=0, help_text=_("People or rows. 0 asks always.")
    )
    way = forms.ChoiceField(label=_("Who has to agree"), choices=ApproverWay.choices)
    role = forms.ChoiceField(label=_("Role"), required=False)
    needed = forms.IntegerField(label=_("How many of them"), min_value=1, max_value=9, initial=1)
    in_order = forms.BooleanField(label=_("Named members one after the other"), required=False)
    hours = forms.IntegerField(label=_("Within hours"), min_value=1, max_value=LONGEST_HOURS, initial=72)

    def __init__(self, data: QueryDict | None, *, by: Member, rule: ApprovalRule | None) -> None:
        initial = {name: getattr(rule, name) for name in FIELDS} if rule else {}
        initial |= dict(zip(NAMED, rule.members if rule else (), strict=False))
        super().__init__(data, initial=initial)
        subjects = [(key, subject.title) for key, subject in ApprovalSubject.known.items()]
        own = [(str(role.pk), role.name) for role in custom_roles_of(by)]
        cast("forms.ChoiceField", self.fields["subject"]).choices = subjects
        cast("forms.ChoiceField", self.fields["role"]).choices = [("", _("None")), *FIXED_ROLES, *own]
        for place, name in enumerate(NAMED, start=1):
            label = gettext("Member %(place)s") % {"place": place}
            self.fields[name] = MemberChoice(label=label, queryset=colleagues(by), required=False, empty_label="—")
        self.order_fields(["subject", "at_least", "way", "role", *NAMED, "in_order", "needed", "hours"])

    @property
    def details(self) -> Mapping[str, Any]:
        """The fields of the rule."""
        told = self.cleaned_data
        return {name: told[name] for name in FIELDS} | {"members": [told[name].pk for name in NAMED if told[name]]}

    def refuse(self, refusal: UnableToSaveRule) -> None:
        """Say at its field why the rule was not saved."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class AbsenceForm(forms.Form):
    """Who answers for a member, and in which days."""

    substitute = MemberChoice(label=_("Who answers for you"), queryset=Member.objects.none(), empty_label="—")
    first = DayField(label=_("First day"))
    last = DayField(label=_("Last day"))

    def __init__(self, data: QueryDict | None, *, member: Member) -> None:
        super().__init__(data)
        cast("MemberChoice", self.fields["substitute"]).queryset = colleagues(member).exclude(pk=member.pk)

    def clean(self) -> dict[str, Any]:
        """Check that the days are in order."""
        told = self.cleaned_data
        if "first" in told and "last" in told and told["last"] < told["first"]:
            self.add_error("last", gettext("The last day is before the first."))
        return told
