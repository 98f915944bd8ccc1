"""What people agree to, version by version, and how the house asks."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from dangol.customers.models import ConsentEntry, ConsentQuestion, ConsentRules, ConsentWording, Person
from dangol.workspaces.models import Member


def consent_rules_of(workspace_id: UUID) -> ConsentRules:
    """Return how a workspace asks and tells; the defaults, unsaved, if it never chose."""
    return ConsentRules.objects.filter(workspace_id=workspace_id).first() or ConsentRules(workspace_id=workspace_id)


def wordings_visible_to(member: Member) -> QuerySet[ConsentWording]:
    """Every version, the newest first."""
    wordings = ConsentWording.objects.filter(workspace_id=member.workspace_id).select_related("by__user")
    return wordings.order_by("-valid_from", "-id")


def wording_for(*, workspace_id: UUID, purpose: str, channel: str, now: datetime) -> ConsentWording | None:
    """Return the version that people agree to now, for this purpose and channel."""
    valid = ConsentWording.objects.filter(workspace_id=workspace_id, purpose=purpose, valid_from__lte=now)
    newest = valid.order_by("-valid_from", "-id")
    return next((wording for wording in newest if not wording.channels or channel in wording.channels), None)


def wordings_called(*, workspace_id: UUID, labels: Collection[str]) -> dict[str, ConsentWording]:
    """Return these versions by label."""
    found = ConsentWording.objects.filter(workspace_id=workspace_id, label__in=set(labels))
    return {wording.label: wording for wording in found}


def ledger_of(person: Person) -> list[ConsentEntry]:
    """Return everything that a person agreed to and took back, the oldest first."""
    entries = ConsentEntry.objects.filter(workspace_id=person.workspace_id, person_id=person.pk)
    return list(entries.select_related("by__user").order_by("at", "id"))


def questions_of(person: Person) -> list[ConsentQuestion]:
    """Return the questions that a person was asked and has not answered, the newest first."""
    asked = ConsentQuestion.objects.filter(workspace_id=person.workspace_id, person_id=person.pk, answered_at=None)
    return list(asked.order_by("-asked_at"))
