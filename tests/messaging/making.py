"""Makers of senders, consents, templates and messages. Each needs the workspace to be entered."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from dangol.customers.models import Consent, ConsentEntry, Person
from dangol.kit.ids import uuid7
from dangol.messaging.enums import Stage
from dangol.messaging.models import Message, Sender, TemplateVersion
from dangol.messaging.operations import create_template, decide, newest_version, queue_messages
from dangol.workspaces.models import Member
from tests.factories import NOW

BODY = (
    "<mjml><mj-body><mj-section><mj-column><mj-text>안녕하세요 {{ person.name }}님</mj-text>"
    '<mj-button href="https://shop.example.com/new">보기</mj-button></mj-column></mj-section></mj-body></mjml>'
)


def make_sender(member: Member, **fields: Any) -> Sender:
    """Make a complete sender whose server is not there."""
    values: dict[str, Any] = {
        "name": "단골상회",
        "email": "shop@example.com",
        "phone": "02-123-4567",
        "postal_address": "서울시 종로구 1",
        "host": "127.0.0.1",
        "port": 1,
        "connections": 2,
    }
    return Sender.objects.create(workspace_id=member.workspace_id, **values | fields)


def agree(person: Person, *, at: datetime = NOW - timedelta(days=1), state: str = "given", **fields: Any) -> Consent:
    """Write a marketing consent into the ledger."""
    terms: dict[str, Any] = {"person": person, "purpose": "marketing", "channel": "email", "state": state, "at": at}
    entry = ConsentEntry.objects.create(workspace_id=person.workspace_id, source="test", **terms | fields)
    return Consent.objects.create(workspace_id=person.workspace_id, entry=entry, **terms | fields)


def make_version(
    member: Member, *, purpose: str = "marketing", body: str = BODY, name: str = "소식"
) -> TemplateVersion:
    """Make a template and return its first version."""
    template = create_template(
        member=member,
        name=name,
        purpose=purpose,
        subject="{{ person.name }}님께 새 소식",
        body=body,
        now=NOW,
        transactional_reason="주문 확인" if purpose == "transactional" else "",
    )
    return newest_version(template)


def queue(
    version: TemplateVersion,
    people: list[Person],
    *,
    now: datetime = NOW,
    origin_id: UUID | None = None,
    key: str | None = None,
    expires_at: datetime | None = None,
) -> list[Message]:
    """Ask the policy, queue what it lets through, and return the messages in the order of the people."""
    origin = origin_id or uuid7()
    workspace_id = version.workspace_id
    decisions = decide(
        workspace_id=workspace_id,
        person_ids=[person.pk for person in people],
        channel="email",
        purpose=version.template.purpose,
        origin_id=origin,
        stage=Stage.ENQUEUE,
        now=now,
    )
    queue_messages(
        workspace_id=workspace_id,
        decisions=decisions,
        template_version=version,
        origin_id=origin,
        send_key_prefix=key or str(origin),
        now=now,
        expires_at=expires_at,
    )
    found = {message.person_id: message for message in Message.objects.filter(origin_id=origin)}
    return [found[person.pk] for person in people if person.pk in found]
