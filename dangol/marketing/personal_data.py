"""Which personal data this room keeps, why, and for how long."""

from django.utils.translation import gettext_lazy as _

from dangol.marketing.models import Campaign, CampaignCancellation, Recipient
from dangol.workspaces.contracts import PersonalData, tell_nothing_personal
from dangol.workspaces.enums import DataPurpose, DataSort, LegalBasis

PersonalData(
    model=Recipient, fields=("arm", "cluster", "started_at", "ended_at"), title=_("Campaigns"), sort=DataSort.MESSAGE,
    purpose=DataPurpose.MARKETING, basis=LegalBasis.CONSENT,
).register()  # fmt: skip
tell_nothing_personal(Campaign, "name", "intended_feeling", "no_holdout_reason")
tell_nothing_personal(CampaignCancellation, "reason")
