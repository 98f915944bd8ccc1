"""Sending a campaign, as something that others may have to agree to."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from dangol.marketing.models import Campaign
from dangol.marketing.operations import let_go
from dangol.marketing.operations.campaigns import SEND
from dangol.segments.queries import describe
from dangol.workspaces.contracts import ApprovalSubject
from dangol.workspaces.models import Approval, Member
from dangol.workspaces.permissions import may_send


class CampaignSending(ApprovalSubject):
    """One campaign to its segment, with its wording, at its time."""

    key = SEND
    title = gettext_lazy("Send a campaign")

    def may(self, member: Member) -> bool:
        return may_send(member)

    def url(self, approval: Approval) -> str:
        return reverse("marketing:campaign", args=[approval.row_id])

    def lines(self, content: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
        at = _at(content)
        narrowed = [(_("Of these"), _("Only whom the one who asks sees"))] if "seen_by" in content else []
        return [
            (_("Who"), f"{content['segment']}: {describe(content['definition'], get_language() or 'en')}"),
            *narrowed,
            (_("What"), f"{content['template']}, {content['version']}: {content['subject']}"),
            (_("Left alone"), f"{content['holdout_percent']}%"),
            (_("When"), date_format(localtime(at), "DATETIME_FORMAT") if at else _("At once")),
        ]

    def go_ahead(self, approval: Approval, now: datetime) -> None:
        campaigns = Campaign.objects.select_for_update(of=("self",)).select_related("segment", "template")
        campaign = campaigns.get(workspace_id=approval.workspace_id, pk=approval.row_id)
        let_go(campaign=campaign, at=_at(approval.content), by=approval.by, now=now)


def _at(content: Mapping[str, Any]) -> datetime | None:
    return datetime.fromisoformat(content["at"]) if content["at"] else None
