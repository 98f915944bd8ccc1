"""What members see of templates, settings and messages."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from dangol.customers.models import Person
from dangol.messaging.enums import MessageState
from dangol.messaging.models import ContactRules, Message, Sender, Template, TemplateVersion
from dangol.workspaces.models import Member

STUCK = {
    "held": (MessageState.HELD,),
    "failed": (MessageState.FAILED,),
    "unknown": (MessageState.UNKNOWN,),
    "waiting": (MessageState.QUEUED, MessageState.HANDING_OFF),
    "refused": (MessageState.REFUSED,),
    "sent": (MessageState.SENT,),
}


def templates_visible_to(member: Member) -> QuerySet[Template]:
    """Every template of the workspace, with the number and subject of its newest version."""
    newest = TemplateVersion.objects.filter(workspace_id=member.workspace_id, template=OuterRef("pk")).order_by(
        "-number"
    )
    return Template.objects.filter(workspace_id=member.workspace_id).annotate(
        version_number=Subquery(newest.values("number")[:1]), subject=Subquery(newest.values("subject")[:1])
    )


def messages_visible_to(member: Member) -> QuerySet[Message]:
    """Messages to people whom this member may see, with person, template and newest decision."""
    people = Person.objects.visible_to(member)
    return (
        Message.objects.filter(workspace_id=member.workspace_id, person__in=people)
        .select_related("person", "template_version__template", "decision")
        .defer("template_version__body")
    )


def messages_in(member: Member, place: str) -> QuerySet[Message]:
    """Messages of one tab of the messages page; an unknown tab is the held ones."""
    return messages_visible_to(member).filter(state__in=STUCK.get(place, STUCK["held"]))


def sender_of(workspace_id: UUID) -> Sender | None:
    """The sender of the workspace, if it has one yet."""
    return Sender.objects.filter(workspace_id=workspace_id).first()


def contact_rules_of(workspace_id: UUID) -> ContactRules:
    """The workspace's own limits, or the defaults, unsaved."""
    return ContactRules.objects.filter(workspace_id=workspace_id).first() or ContactRules(workspace_id=workspace_id)


def person_to_preview(member: Member, person_id: str) -> Person | None:
    """The person of that id if the member may see them; None for no choice or no such person."""
    try:
        wanted = UUID(person_id)
    except ValueError:
        return None
    return Person.objects.visible_to(member).filter(pk=wanted).first()


@dataclass(frozen=True)
class Tab:
    """One tab of the messages page."""

    key: str
    label: str
    is_current: bool


def tabs(current: str) -> list[Tab]:
    """The tabs of the messages page; an unknown one shows the first."""
    chosen = current if current in STUCK else next(iter(STUCK))
    return [Tab(key, str(states[0].label), key == chosen) for key, states in STUCK.items()]


def preview_people(member: Member) -> QuerySet[Person]:
    """A few people as whom a template may be looked at."""
    return Person.objects.visible_to(member).exclude(email="").order_by("-created_at", "-id")[:20]
