"""What a marketer fills in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dangol.marketing.models import Campaign
from dangol.marketing.operations.campaigns import Plan
from dangol.messaging.models import Template
from dangol.segments.models import Segment
from dangol.ui.widgets import MomentInput
from dangol.workspaces.models import Member

FEELINGS = [
    ("welcomed", _("Welcomed")),
    ("remembered", _("Remembered")),
    ("reassured", _("Reassured")),
    ("curious", _("Curious")),
    ("delighted", _("Delighted")),
    ("thanked", _("Thanked")),
]


class CampaignForm(forms.Form):
    """The plan of a campaign. Only segments and templates of the member's workspace can be chosen."""

    name = forms.CharField(label=_("Name"), max_length=120)
    segment = forms.ModelChoiceField(Segment.objects.none(), label=_("Who"), empty_label=_("Choose a segment"))
    template = forms.ModelChoiceField(Template.objects.none(), label=_("What"), empty_label=_("Choose a template"))
    intended_feeling = forms.ChoiceField(
        label=_("How should they feel?"),
        choices=FEELINGS,
        help_text=_("Later compared with what people felt."),
    )
    holdout_percent = forms.IntegerField(
        label=_("Leave alone, percent"),
        min_value=0,
        max_value=50,
        initial=10,
        help_text=_("These people get nothing, so that the others can be compared with them."),
    )
    no_holdout_reason = forms.CharField(
        label=_("Why is nobody left alone?"), max_length=200, required=False, help_text=_("Only needed with 0 percent.")
    )

    def __init__(self, member: Member, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        segments = Segment.objects.filter(workspace_id=member.workspace_id).order_by("name")
        templates = Template.objects.filter(workspace_id=member.workspace_id).order_by("name")
        self.fields["segment"].queryset = segments  # type: ignore[attr-defined] # a ModelChoiceField
        self.fields["template"].queryset = templates  # type: ignore[attr-defined] # a ModelChoiceField

    @property
    def plan(self) -> Plan:
        """Return the validated plan."""
        return Plan(**self.cleaned_data)


def initial_plan(campaign: Campaign) -> dict[str, Any]:
    """Return a campaign's plan as the form's first values."""
    return {
        "name": campaign.name,
        "segment": campaign.segment_id,
        "template": campaign.template_id,
        "intended_feeling": campaign.intended_feeling,
        "holdout_percent": campaign.holdout_percent,
        "no_holdout_reason": campaign.no_holdout_reason,
    }


class ScheduleForm(forms.Form):
    """When a campaign leaves, in the workspace's time zone."""

    at = forms.DateTimeField(label=_("Leave at"), widget=MomentInput())
