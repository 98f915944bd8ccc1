"""Stopping all processing of a person, and going on."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dangol import facts
from dangol.customers.models import Person, Restriction
from dangol.kit import bus
from dangol.kit.errors import OperationError
from dangol.workspaces.models import Member
from dangol.workspaces.operations import record_act


class UnableToRestrict(OperationError):
    """The processing of a person could not be stopped or taken up again."""


@transaction.atomic
def restrict(*, person: Person, reason: str, member: Member, now: datetime) -> Restriction:
    """
    Stop all processing of a person: nothing is sent, no segment holds them, no score is computed. Publishes it.

    What waits in the outbox is refused at hand-off.

    :raises UnableToRestrict: without a reason, or if it is stopped already
    """
    if not reason.strip():
        raise UnableToRestrict(_("Say why the processing stops. The person may ask."))
    try:
        with transaction.atomic():
            made = Restriction.objects.create(
                workspace_id=person.workspace_id, person=person, reason=reason.strip(), at=now, by=member
            )
    except IntegrityError as error:
        raise UnableToRestrict(_("The processing is stopped already.")) from error
    record_act(member=member, verb="restrict", detail={"person_id": str(person.pk)}, now=now)
    bus.publish(facts.ProcessingRestricted(workspace_id=person.workspace_id, person_id=person.pk))
    return made


@transaction.atomic
def lift_restriction(*, person: Person, member: Member, now: datetime) -> None:
    """
    Take the processing of a person up again, and publish it.

    :raises UnableToRestrict: if it was not stopped
    """
    standing = Restriction.objects.filter(workspace_id=person.workspace_id, person=person, lifted_at=None)
    if not standing.update(lifted_at=now, lifted_by=member):
        raise UnableToRestrict(_("The processing is not stopped."))
    record_act(member=member, verb="lift_restriction", detail={"person_id": str(person.pk)}, now=now)
    bus.publish(facts.ProcessingResumed(workspace_id=person.workspace_id, person_id=person.pk))
