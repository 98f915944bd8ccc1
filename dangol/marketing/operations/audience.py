"""
Fixing a campaign's audience and asking the contact policy about every member of it.

The audience is written once, at launch. Then chunks of it are decided and queued, each in one transaction, under row
locks that others skip: a run that dies is continued by the next tick, and two runs never decide one person twice.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.customers.enums import Channel, Purpose
from dangol.facts import CampaignFinished
from dangol.kit import bus, tenancy
from dangol.kit.ids import uuid7
from dangol.kit.jobs import job
from dangol.marketing.enums import ON_ITS_WAY, Arm, CampaignState
from dangol.marketing.models import Campaign, CampaignCancellation, CampaignLaunch, Recipient
from dangol.marketing.queries.audience import audience_of
from dangol.messaging.contracts import Holdout, in_holdout
from dangol.messaging.enums import MessageState, Stage
from dangol.messaging.models import ContactRules, Message, TemplateVersion
from dangol.messaging.operations import decide, queue_messages
from dangol.messaging.queries import cluster_keys
from dangol.workspaces.permissions import may_send

CHUNK = 1_000
OPEN_MESSAGES = (MessageState.QUEUED, MessageState.HELD, MessageState.HANDING_OFF)


@job(queue="campaigns", atomic=False)
def fix_audience(*, workspace_id: UUID, campaign_id: UUID) -> None:
    """Write the audience down, then decide and queue it in chunks until nobody is left undecided."""
    with tenancy.workspace(workspace_id):
        campaign = Campaign.objects.select_for_update().get(pk=campaign_id)
        _write_audience(campaign, now=timezone.now())
    while _decide_chunk(workspace_id=workspace_id, campaign_id=campaign_id, now=timezone.now()):
        pass


@job(queue="campaigns")
def continue_campaigns(*, workspace_id: UUID) -> None:
    """Start what is due, carry on what a crash left, and close what is done. Runs every few seconds."""
    now = timezone.now()
    due = Campaign.objects.filter(
        workspace_id=workspace_id, state=CampaignState.SCHEDULED, scheduled_at__lte=now
    ).select_for_update(skip_locked=True)
    for campaign in due:
        _start(campaign, now=now)
    for campaign in Campaign.objects.filter(workspace_id=workspace_id, state__in=ON_ITS_WAY):
        _continue(campaign, now=now)


def _start(campaign: Campaign, *, now: datetime) -> None:
    """Let a scheduled campaign go, if who scheduled it may still send."""
    by = CampaignLaunch.objects.select_related("by").get(workspace_id=campaign.workspace_id, campaign=campaign).by
    if may_send(by):
        campaign.state = CampaignState.SENDING
        fix_audience.defer_once(
            f"fix-audience-{campaign.pk}", workspace_id=campaign.workspace_id, campaign_id=campaign.pk
        )
    else:
        campaign.state, campaign.finished_at = CampaignState.CANCELLED, now
        CampaignCancellation.objects.create(
            workspace_id=campaign.workspace_id, campaign=campaign, by=by, at=now,
            reason=_("Who scheduled it may no longer send."),
        )  # fmt: skip
    campaign.save(update_fields=["state", "finished_at", "updated_at"])


def stop_in_doubt(*, workspace_id: UUID, now: datetime) -> int:
    """
    Stop the campaigns that a restored database would write to people for a second time; return how many.

    Those are the ones whose time came, or whose people were being written down, after the moment restored to.
    """
    mine = Campaign.objects.filter(workspace_id=workspace_id)
    due = Q(state=CampaignState.SCHEDULED, scheduled_at__lte=now)
    undecided = Recipient.objects.filter(workspace_id=workspace_id, campaign=OuterRef("pk"), decision__isnull=True)
    unwritten = CampaignLaunch.objects.filter(
        workspace_id=workspace_id, campaign=OuterRef("pk"), audience_count__isnull=True
    )
    beginning = Q(state__in=ON_ITS_WAY) & (Exists(undecided) | Exists(unwritten))
    return mine.filter(due | beginning).update(state=CampaignState.CANCELLED, finished_at=now)


def _continue(campaign: Campaign, *, now: datetime) -> None:
    undecided = Recipient.objects.filter(
        workspace_id=campaign.workspace_id, campaign=campaign, decision__isnull=True
    ).exists()
    if undecided or _unwritten_launch(campaign).exists():
        fix_audience.defer_once(
            f"fix-audience-{campaign.pk}", workspace_id=campaign.workspace_id, campaign_id=campaign.pk
        )
        return
    still_open = Message.objects.filter(
        workspace_id=campaign.workspace_id, origin_id=campaign.pk, state__in=OPEN_MESSAGES
    )
    if not still_open.exists():
        _finish(campaign, now=now)
        return
    later = Q(state=MessageState.HELD, due_at__gt=now)
    _move(campaign, CampaignState.SENDING if still_open.exclude(later).exists() else CampaignState.WAITING)


def _move(campaign: Campaign, state: CampaignState) -> None:
    if campaign.state != state:
        Campaign.objects.filter(pk=campaign.pk, state__in=ON_ITS_WAY).update(state=state)


def _finish(campaign: Campaign, *, now: datetime) -> None:
    closed = Campaign.objects.filter(pk=campaign.pk, state__in=ON_ITS_WAY).update(
        state=CampaignState.FINISHED, finished_at=now
    )
    if closed:
        bus.publish(CampaignFinished(workspace_id=campaign.workspace_id, campaign_id=campaign.pk))


def _write_audience(campaign: Campaign, *, now: datetime) -> None:
    """
    Insert one recipient per person of the segment as it is now, unless an earlier run did.

    Only whom the one who let it go sees at this moment: nobody writes to people through a segment whom they cannot see.
    """
    launch = _unwritten_launch(campaign).select_related("by__workspace").first()
    if launch is None:
        return
    people = list(audience_of(campaign, sender=launch.by, now=now).values_list("pk", flat=True))
    clusters = cluster_keys(people)
    Recipient.objects.bulk_create(
        (
            Recipient(
                id=uuid7(),
                workspace_id=campaign.workspace_id,
                campaign=campaign,
                person_id=person_id,
                cluster=clusters[person_id],
                arm=Arm.HOLDOUT if _left_alone(campaign, clusters[person_id]) else Arm.CONTACT,
                started_at=now,
            )
            for person_id in people
        ),
        batch_size=5_000,
    )
    _unwritten_launch(campaign).update(audience_count=len(people))


def _unwritten_launch(campaign: Campaign) -> QuerySet[CampaignLaunch]:
    return CampaignLaunch.objects.filter(
        workspace_id=campaign.workspace_id, campaign=campaign, audience_count__isnull=True
    )


def _left_alone(campaign: Campaign, cluster: str) -> bool:
    return in_holdout(campaign.salt, cluster, campaign.holdout_percent)


def _decide_chunk(*, workspace_id: UUID, campaign_id: UUID, now: datetime) -> bool:
    """Decide and queue up to CHUNK people in one transaction. Returns whether there may be more."""
    with tenancy.workspace(workspace_id), transaction.atomic():
        campaign = Campaign.objects.select_related("template").get(pk=campaign_id)
        if campaign.state != CampaignState.SENDING:
            return False
        recipients = list(
            Recipient.objects.filter(workspace_id=workspace_id, campaign_id=campaign_id, decision__isnull=True)
            .select_for_update(skip_locked=True)
            .order_by("person_id")[:CHUNK]
        )
        if recipients:
            _decide_and_queue(campaign, recipients, now=now)
    return len(recipients) == CHUNK


def _decide_and_queue(campaign: Campaign, recipients: list[Recipient], *, now: datetime) -> None:
    version = campaign.template_version
    if version is None:
        version = TemplateVersion.objects.filter(template_id=campaign.template_id).latest("number")
    rules = ContactRules.objects.filter(workspace_id=campaign.workspace_id).first() or ContactRules()
    decisions = decide(
        workspace_id=campaign.workspace_id,
        person_ids=[recipient.person_id for recipient in recipients],
        channel=Channel(campaign.template.channel),
        purpose=Purpose(campaign.template.purpose),
        origin_id=campaign.pk,
        stage=Stage.ENQUEUE,
        now=now,
        holdout=Holdout(salt=str(campaign.salt), percent=campaign.holdout_percent),
    )
    queue_messages(
        workspace_id=campaign.workspace_id,
        decisions=decisions,
        template_version=version,
        origin_id=campaign.pk,
        send_key_prefix=f"campaign:{campaign.pk}",
        now=now,
        expires_at=now + timedelta(hours=rules.hold_expires_hours),
    )
    _note_decisions(campaign, {decision.person_id: decision.pk for decision in decisions})


def _note_decisions(campaign: Campaign, decisions: dict[UUID, UUID]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE marketing_recipient AS recipient SET decision_id = decided.decision_id
            FROM unnest(%s::uuid[], %s::uuid[]) AS decided (person_id, decision_id)
            WHERE recipient.workspace_id = %s AND recipient.campaign_id = %s
              AND recipient.person_id = decided.person_id
            """,
            [list(decisions), list(decisions.values()), campaign.workspace_id, campaign.pk],
        )
