"""Forecast, report and verdict on audiences whose answer can be counted by hand."""

from datetime import timedelta
from decimal import Decimal

from dangol.kit.ids import uuid7
from dangol.marketing import queries
from dangol.marketing.enums import Arm
from dangol.marketing.models import Campaign, Recipient
from dangol.messaging.enums import Stage
from dangol.messaging.models import Message, PolicyDecision, Reaction, TemplateVersion
from dangol.messaging.operations import decide
from dangol.messaging.queries.reasons import deciding_reason
from dangol.relations.models import Hurt
from dangol.tracking.models import Order
from tests.factories import NOW, make_person
from tests.marketing.making import make_campaign, make_reader, make_sender
from tests.people import Cast


def test_the_forecast_tells_who_gets_it_and_why_not(inside: Cast) -> None:
    make_sender(inside.marketer)
    for _ in range(3):
        make_reader(inside.marketer)
    nowhere = make_reader(inside.marketer, time_zone="")
    stranger = make_person(inside.marketer)
    campaign = make_campaign(inside.marketer, holdout_percent=0)
    forecast = queries.forecast(campaign, member=inside.marketer, now=NOW)
    assert (forecast.audience, forecast.allowed, forecast.held, forecast.refused, forecast.left_alone) == (
        5,
        3,
        1,
        1,
        0,
    )
    assert {line.code: line.examples for line in forecast.reasons} == {
        "zone_unknown": [nowhere],
        "consent_missing": [stranger],
    }
    assert PolicyDecision.objects.count() == 0


def test_the_forecast_names_only_people_whom_the_member_may_see(inside: Cast) -> None:
    make_sender(inside.marketer)
    make_person(inside.marketer, owner=inside.jieun)
    campaign = make_campaign(inside.marketer, holdout_percent=0)
    assert queries.forecast(campaign, member=inside.dana, now=NOW).reasons[0].examples == []
    assert len(queries.forecast(campaign, member=inside.minsu, now=NOW).reasons[0].examples) == 1


def test_a_refused_person_is_not_told_about_as_one_who_waits(inside: Cast) -> None:
    make_sender(inside.marketer)
    stranger = make_person(inside.marketer, time_zone="")
    campaign = make_campaign(inside.marketer, holdout_percent=0)
    Hurt.objects.create(workspace_id=stranger.workspace_id, person=stranger, reason="늦은 배송", opened_at=NOW)
    forecast = queries.forecast(campaign, member=inside.marketer, now=NOW)
    assert [(line.code, line.people) for line in forecast.reasons] == [("consent_missing", 1)]
    assert deciding_reason(["zone_unknown", "holdout"]) == "holdout"
    assert deciding_reason(["zone_unknown", "open_hurt"]) == "zone_unknown"


def assign(campaign: Campaign, arm: Arm, *, amount: int = 0, times: int = 1) -> None:
    """Put people into an arm as the policy would have, some with a purchase a day later."""
    for _ in range(times):
        person = make_reader(campaign.created_by)
        (decision,) = decide(
            workspace_id=campaign.workspace_id,
            person_ids=[person.pk],
            channel="email",
            purpose="marketing",
            origin_id=campaign.pk,
            stage=Stage.ENQUEUE,
            now=NOW,
        )
        if arm == Arm.HOLDOUT:
            decision.outcome, decision.reasons = "refuse", ["holdout"]
        decision.save()
        Recipient.objects.create(
            workspace_id=campaign.workspace_id,
            campaign=campaign,
            person=person,
            cluster=str(person.pk),
            arm=arm,
            decision=decision,
            started_at=NOW,
        )
        if amount:
            Order.objects.create(
                workspace_id=campaign.workspace_id,
                person=person,
                number=str(uuid7()),
                placed_at=NOW + timedelta(days=1),
                amount=Decimal(amount),
                currency="KRW",
                event_id=uuid7(),
            )


def test_the_verdict_cannot_tell_at_first(inside: Cast) -> None:
    make_sender(inside.marketer)
    campaign = make_campaign(inside.marketer)
    assign(campaign, Arm.CONTACT, amount=30_000)
    assign(campaign, Arm.CONTACT, amount=10_000)
    assign(campaign, Arm.HOLDOUT, times=2)
    first, *_rest = queries.verdicts(campaign, now=NOW + timedelta(days=2))
    assert (first.days, first.is_final, first.contact_people, first.holdout_people) == (30, False, 2, 2)
    value = first.comparisons[0]
    assert (value.contact_mean, value.holdout_mean, value.answer) == (20_000, 0, "cannot_tell")
    assert "Cannot tell yet" in first.sentence


def test_the_verdict_sees_a_large_effect_and_ends(inside: Cast) -> None:
    make_sender(inside.marketer)
    campaign = make_campaign(inside.marketer)
    assign(campaign, Arm.CONTACT, amount=30_000, times=60)
    assign(campaign, Arm.HOLDOUT, amount=1_000, times=20)
    assign(campaign, Arm.HOLDOUT, times=20)
    month, quarter, year = queries.verdicts(campaign, now=NOW + timedelta(days=91))
    assert month.comparisons[0].answer == "better"
    assert "It helped" in month.sentence
    assert [verdict.is_final for verdict in (month, quarter, year)] == [True, True, False]


def test_people_whom_the_policy_stopped_are_not_compared(inside: Cast) -> None:
    make_sender(inside.marketer)
    campaign = make_campaign(inside.marketer)
    assign(campaign, Arm.CONTACT)
    PolicyDecision.objects.update(outcome="refuse", reasons=["consent_missing"])
    verdict = queries.verdicts(campaign, now=NOW)[0]
    assert (verdict.contact_people, verdict.holdout_people) == (0, 0)
    assert "Nobody was left alone" in verdict.sentence


def test_the_report_counts_people_and_keeps_machines_apart(inside: Cast) -> None:
    make_sender(inside.marketer)
    campaign = make_campaign(inside.marketer)
    assign(campaign, Arm.CONTACT, times=2)
    assign(campaign, Arm.HOLDOUT)
    for recipient in Recipient.objects.filter(arm=Arm.CONTACT):
        message = Message.objects.create(
            workspace_id=campaign.workspace_id,
            person=recipient.person,
            template_version=TemplateVersion.objects.get(template=campaign.template),
            decision=recipient.decision,
            channel="email",
            purpose="marketing",
            origin_id=campaign.pk,
            send_key=str(recipient.pk),
            address=recipient.person.email,
            state="sent",
            due_at=NOW,
            sent_at=NOW,
        )
        for machine in (0.0, 0.0, 0.9):
            Reaction.objects.create(
                workspace_id=campaign.workspace_id,
                message=message,
                person=recipient.person,
                kind="opened",
                at=NOW,
                machine=machine,
            )
    report = queries.report(campaign)
    assert (report.audience, report.sent, report.left_alone, report.refused) == (3, 2, 1, 0)
    assert (report.answers.opened, report.answers.machine_opens, report.answers.clicked) == (2, 2, 0)
