"""Noting that something went wrong for a person, and that it was made good."""

from datetime import datetime

from django.utils.translation import gettext as _

from dangol.customers.models import Person
from dangol.kit.errors import OperationError
from dangol.relations.models import Hurt, HurtResolution
from dangol.relations.operations.endings import end_once, tell_of
from dangol.workspaces.models import Member


class UnableToOpenHurt(OperationError):
    """Nothing says what went wrong."""


class UnableToResolveHurt(OperationError):
    """It was made good already, or nothing says how."""


def open_hurt(*, person: Person, reason: str, now: datetime, by: Member | None = None) -> Hurt:
    """
    Note what went wrong. Marketing is silent until it is resolved.

    :raises UnableToOpenHurt: if nothing says what went wrong
    """
    if not reason.strip():
        raise UnableToOpenHurt(_("Write down what went wrong, as the customer would say it."))
    hurt = Hurt.objects.create(
        workspace_id=person.workspace_id, person=person, reason=reason.strip(), opened_at=now, by=by
    )
    tell_of(hurt, "hurt_opened", now, reason=hurt.reason)
    return hurt


def resolve_hurt(*, hurt: Hurt, note: str, by: Member, now: datetime) -> HurtResolution:
    """
    Note how it was made good.

    :raises UnableToResolveHurt: if it was made good already, or nothing says how
    """
    if not note.strip():
        raise UnableToResolveHurt(_("Say how it was made good."))
    already = UnableToResolveHurt(_("This was made good already."))
    resolution = end_once(HurtResolution, of={"hurt": hurt}, by=by, now=now, refusal=already, note=note.strip())
    tell_of(hurt, "hurt_resolved", now, reason=hurt.reason, note=resolution.note)
    return resolution
