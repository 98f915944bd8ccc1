"""The first right message: a story's worth of people, asked about one by one, written to, and heard."""

import email
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from datetime import datetime
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from uuid import UUID

from dangol.config.demo.house import House, say, wait_for
from dangol.customers.models import Person
from dangol.kit import tenancy
from dangol.marketing.enums import CampaignState
from dangol.marketing.models import Campaign
from dangol.marketing.operations import compose, launch
from dangol.marketing.operations.campaigns import Plan
from dangol.marketing.queries import progress_of
from dangol.messaging.models import Template
from dangol.messaging.operations import create_template
from dangol.relations.models import Strength
from dangol.relations.operations import open_hurt, refresh_strength
from dangol.segments.enums import SegmentState
from dangol.segments.models import Segment
from dangol.segments.operations import create_segment
from dangol.segments.queries import member_ids

REGULARS_GONE_QUIET = {
    "kind": "all",
    "conditions": [
        {"kind": "order_count", "operator": "at_least", "count": 4},
        {"kind": "event", "event": "Order Completed", "operator": "exactly", "count": 0, "days": 60},
    ],
}
HURT_PEOPLE = 12
OPENS, CLICKS, OPT_OUTS = 40, 15, 3
HUMAN_DELAY = 11.0
"""Seconds after sending before which a click looks like a mail gateway's."""
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
BODY = """<mjml>
  <mj-body background-color="#f7f4ee">
    <mj-section background-color="#ffffff" padding="32px 24px">
      <mj-column>
        <mj-text font-size="18px" line-height="28px">{{ person.name }} 님, 그동안 잘 지내셨나요?</mj-text>
        <mj-text line-height="24px">
          자주 찾아 주시던 단골레코드입니다. 좋아하실 만한 음반이 들어와 조심스럽게 안부 전합니다.
        </mj-text>
        <mj-button background-color="#c8501e" href="https://shop.example.com/new">새로 들어온 음반 보기</mj-button>
      </mj-column>
    </mj-section>
  </mj-body>
</mjml>"""


def score_everybody(house: House) -> None:
    """Fit the buying rhythm and score every relationship."""
    with tenancy.workspace(house.workspace.pk):
        expected = Person.objects.filter(workspace=house.workspace).count()
        refresh_strength.defer(workspace_id=house.workspace.pk)
    wait_for("Relationships scored / 관계의 깊이 계산", lambda: _count_strengths(house), expected)


def describe_regulars(house: House, *, now: datetime) -> Segment:
    """Describe the regulars who went quiet, and wait until their number is known."""
    with tenancy.workspace(house.workspace.pk):
        segment = create_segment(by=house.member, name="한동안 뜸한 단골", definition=REGULARS_GONE_QUIET, now=now)
    wait_for("Segment computed / 세그먼트 계산", lambda: _is_ready(house, segment.pk), 1)
    with tenancy.workspace(house.workspace.pk):
        segment.refresh_from_db()
        for person in Person.objects.filter(pk__in=_some_members(segment)):
            open_hurt(person=person, reason="배송이 늦어 속상해하심", by=house.member, now=now)
    return segment


def send_campaign(house: House, segment: Segment, *, now: datetime) -> Campaign:
    """Write, compose and launch; wait until nobody waits any more but those who are held for a reason."""
    with tenancy.workspace(house.workspace.pk):
        campaign = compose(plan=_plan(house, segment, now=now), by=house.member)
        launch(campaign=campaign, by=house.member, now=now)
    wait_for("People with an outcome / 결과가 정해진 사람", lambda: _settled(house, campaign.pk), segment.size or 0)
    return campaign


def answer_as_customers(mail_directory: Path) -> dict[str, int]:
    """Open, click and opt out, by the links of the mails that arrived, as a few people would."""
    mails = sorted(mail_directory.rglob("*.eml"))[:OPENS]
    time.sleep(HUMAN_DELAY)
    for number, path in enumerate(mails):
        mail = email.message_from_bytes(path.read_bytes(), policy=default)
        _read(mail, clicks=number < CLICKS)
        if number < OPT_OUTS:
            _opt_out(mail)
    say(f"Customers answered / 고객 반응: {len(mails)} opened, {min(CLICKS, len(mails))} clicked, {OPT_OUTS} opted out")
    return {"opened": len(mails), "clicked": min(CLICKS, len(mails)), "opted_out": min(OPT_OUTS, len(mails))}


def _plan(house: House, segment: Segment, *, now: datetime) -> Plan:
    template: Template = create_template(
        member=house.member,
        name="다시 안부를 전합니다",
        purpose="marketing",
        subject="{{ person.name }} 님, 오랜만에 안부 전합니다",
        body=BODY,
        now=now,
        intended_feeling="remembered",
    )
    return Plan(
        name="뜸한 단골께 안부",
        segment=segment,
        template=template,
        intended_feeling="remembered",
        holdout_percent=10,
    )


def _read(mail: EmailMessage, *, clicks: bool) -> None:
    part = mail.get_body(("html",))
    html = part.get_content() if part else ""
    for pixel in re.findall(r'src="([^"]+/m/o/[^"]+)"', html)[:1]:
        _fetch(pixel)
    for link in re.findall(r'href="([^"]+/m/c/[^"]+)"', html)[: 1 if clicks else 0]:
        _fetch(link.replace("&amp;", "&"))


def _opt_out(mail: EmailMessage) -> None:
    addresses = re.findall(r"<(https?://[^>]+)>", str(mail["List-Unsubscribe"]))
    body = urllib.parse.urlencode({"List-Unsubscribe": "One-Click"}).encode()
    _fetch(addresses[0], body)


class _StayHere(urllib.request.HTTPRedirectHandler):
    """Clicks lead out of the house; the demo does not follow them."""

    def redirect_request(self, *_arguments: object) -> None:
        return None


def _fetch(url: str, body: bytes | None = None) -> None:
    request = urllib.request.Request(url, data=body, headers={"User-Agent": BROWSER})  # noqa: S310 - from our own mail
    try:
        urllib.request.build_opener(_StayHere).open(request, timeout=10).close()
    except urllib.error.HTTPError as answer:
        if answer.code not in {301, 302, 303, 307, 308}:
            raise


def _some_members(segment: Segment) -> list[UUID]:
    return list(member_ids(segment)[:HURT_PEOPLE])


def _count_strengths(house: House) -> int:
    with tenancy.workspace(house.workspace.pk):
        return Strength.objects.filter(workspace=house.workspace).count()


def _is_ready(house: House, segment_id: UUID) -> int:
    with tenancy.workspace(house.workspace.pk):
        return Segment.objects.filter(pk=segment_id, state=SegmentState.READY).count()


def _settled(house: House, campaign_id: UUID) -> int:
    with tenancy.workspace(house.workspace.pk):
        campaign = Campaign.objects.get(pk=campaign_id)
        progress = progress_of(campaign)
    if campaign.state == CampaignState.FINISHED:
        return max(progress.audience, progress.done)
    return progress.done + progress.held
