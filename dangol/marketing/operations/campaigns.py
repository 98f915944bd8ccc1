"""Compose, change, schedule, launch and cancel a campaign."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dangol.facts import CampaignLaunched
from dangol.kit import bus
from dangol.kit.errors import OperationError
from dangol.marketing.enums import CampaignState
from dangol.marketing.models import Campaign, CampaignCancellation, CampaignLaunch
from dangol.marketing.operations.audience import fix_audience
from dangol.marketing.queries.audience import audience_of
from dangol.messaging.models import Sender, Template, TemplateVersion
from dangol.messaging.operations.withdrawal import withdraw_messages
from dangol.segments.models import Segment
from dangol.workspaces.contracts import Proposal
from dangol.workspaces.enums import Kind
from dangol.workspaces.models import Approval, Member
from dangol.workspaces.operations import clear

LONGEST_REASON = 200
OPEN_STATES = {CampaignState.DRAFT, CampaignState.SCHEDULED}
SEND = "campaign"
"""Under which name the rules for approval know the sending of a campaign."""


class UnableToCompose(OperationError):
    """The name is taken, or the holdout is off without a reason."""


class UnableToChange(OperationError):
    """The campaign left the house already."""


class UnableToLaunch(OperationError):
    """Something is missing, or it was launched before."""


class UnableToCancel(OperationError):
    """There is nothing left to stop."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What somebody wants to send to whom."""

    name: str
    segment: Segment
    template: Template
    intended_feeling: str
    holdout_percent: int
    no_holdout_reason: str = ""


def compose(*, plan: Plan, by: Member) -> Campaign:
    """
    Write down a new draft.

    :raises UnableToCompose: if the name is taken, or nobody is left alone and no reason is given
    """
    campaign = Campaign(workspace_id=by.workspace_id, created_by=by, salt=uuid4())
    return _save_plan(campaign, plan)


def change(*, campaign: Campaign, plan: Plan) -> Campaign:
    """
    Rewrite a draft.

    :raises UnableToChange: if it was launched, scheduled or cancelled
    :raises UnableToCompose: like `compose`
    """
    if campaign.state != CampaignState.DRAFT:
        raise UnableToChange(_("Only a draft can be changed. Copy this campaign into a new one instead."))
    return _save_plan(campaign, plan)


def schedule(*, campaign: Campaign, at: datetime, by: Member, now: datetime) -> CampaignLaunch | Approval:
    """
    Let the campaign leave by itself at a later time, or return the question for approval that has to be answered first.

    :raises UnableToLaunch: if the time is past, or it could not be launched now
    :raises UnableToAsk: if too few colleagues could approve it
    """
    if at <= now:
        raise UnableToLaunch(_("Choose a time in the future, or send now."))
    return let_go(campaign=campaign, at=at, by=by, now=now)


def launch(*, campaign: Campaign, by: Member, now: datetime) -> CampaignLaunch | Approval:
    """
    Let the campaign go now, or return the question for approval that has to be answered first.

    Its audience is fixed by a job; publishes `CampaignLaunched`.

    :raises UnableToLaunch: if it is no draft, has no wording, or the sender is incomplete
    :raises UnableToAsk: if too few colleagues could approve it
    """
    return let_go(campaign=campaign, at=None, by=by, now=now)


def let_go(*, campaign: Campaign, at: datetime | None, by: Member, now: datetime) -> CampaignLaunch | Approval:
    """Do so now or, if that is still to come, at a time, once everybody agreed who has to."""
    version = _refuse_unless_ready(campaign)
    asked = clear(proposal=_proposal(campaign, version, by=by, at=at, now=now), by=by, now=now)
    if asked is not None:
        return asked
    record = _record_launch(campaign, by=by, at=at or now)
    campaign.template_version = version
    if at is None or at <= now:
        start_sending(campaign)
    else:
        campaign.state, campaign.scheduled_at = CampaignState.SCHEDULED, at
        campaign.save()
    return record


def _proposal(
    campaign: Campaign, version: TemplateVersion, *, by: Member, at: datetime | None, now: datetime
) -> Proposal:
    """
    What exactly would be sent to how many: another segment, wording or time takes another approval.

    So does another sender where either sees only some of the people.
    """
    people = audience_of(campaign, sender=by, now=now)
    content = {
        "segment": campaign.segment.name,
        "definition": campaign.segment.definition,
        "template": campaign.template.name,
        "version": version.number,
        "subject": version.subject,
        "body": version.body,
        "holdout_percent": campaign.holdout_percent,
        "at": at.isoformat() if at else "",
    }
    if not by.reaches_all(Kind.PEOPLE):
        content["seen_by"] = str(by.pk)
    return Proposal(subject=SEND, row_id=campaign.pk, content=content, amount=people.count())


def start_sending(campaign: Campaign) -> None:
    """Move a ready campaign to sending and queue the job that fixes its audience."""
    campaign.state = CampaignState.SENDING
    campaign.save()
    bus.publish(CampaignLaunched(workspace_id=campaign.workspace_id, campaign_id=campaign.pk))
    fix_audience.defer(workspace_id=campaign.workspace_id, campaign_id=campaign.pk)


def cancel(*, campaign: Campaign, by: Member, reason: str, now: datetime) -> CampaignCancellation:
    """
    Stop the campaign; messages that have not left are withdrawn.

    :raises UnableToCancel: if it is finished or cancelled already, or no reason is given
    """
    if campaign.state in {CampaignState.FINISHED, CampaignState.CANCELLED}:
        raise UnableToCancel(_("This campaign has ended. There is nothing left to stop."))
    said = reason.replace("\x00", "").strip()[:LONGEST_REASON]
    if not said:
        raise UnableToCancel(_("Say why the campaign is stopped."))
    record = CampaignCancellation.objects.create(
        workspace_id=campaign.workspace_id, campaign=campaign, by=by, at=now, reason=said
    )
    campaign.state = CampaignState.CANCELLED
    campaign.finished_at = now
    campaign.save()
    withdraw_messages(workspace_id=campaign.workspace_id, origin_id=campaign.pk, now=now)
    return record


def _save_plan(campaign: Campaign, plan: Plan) -> Campaign:
    if plan.holdout_percent == 0 and not plan.no_holdout_reason.strip():
        raise UnableToCompose(_("Say why nobody is left alone: without a holdout nothing can be learnt."))
    campaign.name = plan.name.strip()
    campaign.segment = plan.segment
    campaign.template = plan.template
    campaign.intended_feeling = plan.intended_feeling
    campaign.holdout_percent = plan.holdout_percent
    campaign.no_holdout_reason = plan.no_holdout_reason.strip() if plan.holdout_percent == 0 else ""
    try:
        with transaction.atomic():
            campaign.save()
    except IntegrityError as error:
        raise UnableToCompose(_("A campaign of this name exists. Choose another name.")) from error
    return campaign


def _refuse_unless_ready(campaign: Campaign) -> TemplateVersion:
    """Return the wording with which the campaign could leave."""
    if campaign.state != CampaignState.DRAFT:
        raise UnableToLaunch(_("This campaign was launched or cancelled before."))
    if not Sender.objects.filter(workspace_id=campaign.workspace_id).exists():
        raise UnableToLaunch(_("Enter the sender of your mail in the settings first."))
    versions = TemplateVersion.objects.filter(workspace_id=campaign.workspace_id, template_id=campaign.template_id)
    newest = versions.order_by("-number").first()
    if newest is None:
        raise UnableToLaunch(_("Write the template's text first."))
    return newest


def _record_launch(campaign: Campaign, *, by: Member, at: datetime) -> CampaignLaunch:
    # The unique constraint decides a race of two launches; the loser is refused.
    try:
        with transaction.atomic():
            return CampaignLaunch.objects.create(workspace_id=campaign.workspace_id, campaign=campaign, by=by, at=at)
    except IntegrityError as error:
        raise UnableToLaunch(_("This campaign was launched or cancelled before.")) from error
