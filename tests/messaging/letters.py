"""A sent message with its template, decision and consent, as small as it can be."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from dangol.customers.models import Person
from dangol.customers.operations import give_consent
from dangol.kit.ids import uuid7
from dangol.messaging.models import Message, PolicyDecision, Sender, Template, TemplateVersion
from dangol.workspaces.models import Member
from tests.factories import NOW, make_person

SENT = NOW - timedelta(hours=1)


def make_letter(
    member: Member,
    person: Person | None = None,
    *,
    state: str = "sent",
    purpose: str = "marketing",
    sent_at: datetime | None = SENT,
    origin_id: UUID | None = None,
    **decided: Any,
) -> Message:
    """Make a message to a person in the member's workspace, which must be entered."""
    reader = person or make_person(member)
    version = _version(member, purpose)
    common: dict[str, Any] = {
        "workspace_id": member.workspace_id,
        "person": reader,
        "channel": "email",
        "purpose": purpose,
        "origin_id": origin_id or uuid7(),
    }
    decision = PolicyDecision.objects.create(**common, stage="enqueue", outcome="allow", facts=decided, at=NOW)
    return Message.objects.create(
        **common,
        template_version=version,
        decision=decision,
        send_key=str(uuid7()),
        address=reader.email,
        state=state,
        due_at=NOW,
        sent_at=sent_at if state == "sent" else None,
    )


def agree(person: Person, *, channel: str = "email", at: datetime = NOW - timedelta(days=30), **terms: Any) -> None:
    """Let a person agree to advertising."""
    give_consent(person=person, channel=channel, purpose="marketing", at=at, source="test", **terms)


def make_sender(member: Member) -> Sender:
    """Give the member's workspace a complete sender."""
    return Sender.objects.create(
        workspace_id=member.workspace_id,
        name="단골상회",
        email="hello@shop.example.com",
        phone="02-000-0000",
        postal_address="서울시 종로구 1",
    )


def _version(member: Member, purpose: str) -> TemplateVersion:
    template, _new = Template.objects.get_or_create(
        workspace_id=member.workspace_id,
        name=f"겨울 소식 {purpose}",
        defaults={"purpose": purpose, "created_by": member, "transactional_reason": "영수증"},
    )
    version, _new = TemplateVersion.objects.get_or_create(
        workspace_id=member.workspace_id,
        template=template,
        number=1,
        defaults={"subject": "겨울 소식", "body": "<mjml></mjml>", "created_by": member},
    )
    return version
