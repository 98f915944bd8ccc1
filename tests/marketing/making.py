"""What every campaign test needs: consenting people, a sender, a segment, a template, a draft."""

from datetime import timedelta

from dangol.customers.models import Person
from dangol.customers.operations import give_consent
from dangol.marketing.models import Campaign
from dangol.marketing.operations import compose
from dangol.marketing.operations.campaigns import Plan
from dangol.messaging.models import ContactRules, Sender, Template
from dangol.messaging.operations import create_template
from dangol.segments.models import Segment
from dangol.segments.operations import create_segment
from dangol.workspaces.models import Member
from tests.factories import NOW, make_person

TEXT = "<mj-text>{{ person.name }}</mj-text>"
BODY = f"<mjml><mj-body><mj-section><mj-column>{TEXT}</mj-column></mj-section></mj-body></mjml>"
EVERYBODY = {"kind": "everyone"}


def make_reader(member: Member, **fields: object) -> Person:
    """Make a person who agreed to marketing by e-mail a month ago."""
    person = make_person(member, **fields)  # type: ignore[arg-type] # passed on as they are
    give_consent(
        person=person, channel="email", purpose="marketing", at=NOW - timedelta(days=30), source="test", by=member
    )
    return person


def make_sender(member: Member) -> Sender:
    ContactRules.objects.create(workspace_id=member.workspace_id)
    return Sender.objects.create(
        workspace_id=member.workspace_id,
        name="단골레코드",
        email="shop@example.com",
        phone="02-000-0000",
        postal_address="서울특별시 마포구 와우산로 1",
    )


def make_template(member: Member, *, name: str = "신보 소식") -> Template:
    return create_template(member=member, name=name, purpose="marketing", subject="새 음반", body=BODY, now=NOW)


def make_segment(member: Member, *, name: str = "모두") -> Segment:
    return create_segment(by=member, name=name, definition=EVERYBODY, now=NOW)


def make_plan(member: Member, *, name: str = "가을 인사", holdout_percent: int = 10, reason: str = "") -> Plan:
    return Plan(
        name=name,
        segment=Segment.objects.filter(workspace_id=member.workspace_id).first() or make_segment(member),
        template=Template.objects.filter(workspace_id=member.workspace_id).first() or make_template(member),
        intended_feeling="remembered",
        holdout_percent=holdout_percent,
        no_holdout_reason=reason,
    )


def make_campaign(member: Member, *, name: str = "가을 인사", holdout_percent: int = 10) -> Campaign:
    reason = "" if holdout_percent else "test"
    return compose(plan=make_plan(member, name=name, holdout_percent=holdout_percent, reason=reason), by=member)
