"""What a guardian agrees to for a child under 14, and takes back."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dangol.customers.enums import GuardianMethod
from dangol.customers.models import GuardianConsent, Person
from dangol.kit.errors import OperationError
from dangol.workspaces.models import Member
from dangol.workspaces.operations import record_act


class UnableToKeepGuardian(OperationError):
    """The guardian's consent could not be written down or taken back."""


@transaction.atomic
def keep_guardian_consent(
    *, person: Person, name: str, contact: str, method: str, evidence: str, member: Member, now: datetime
) -> GuardianConsent:
    """
    Write down that a guardian agreed, and how that was verified. What the child agreed to counts from now on.

    :raises UnableToKeepGuardian: without a name, a way to reach the guardian and evidence, or if one stands already
    """
    told = [text.strip() for text in (name, contact, evidence)]
    if not all(told):
        raise UnableToKeepGuardian(_("Write down who the guardian is, how to reach them, and how it was verified."))
    try:
        with transaction.atomic():
            made = GuardianConsent.objects.create(
                workspace_id=person.workspace_id, person=person, guardian_name=told[0], guardian_contact=told[1],
                method=GuardianMethod(method), evidence=told[2], at=now, by=member,
            )  # fmt: skip
    except IntegrityError as error:
        raise UnableToKeepGuardian(_("A guardian has agreed already.")) from error
    record_act(member=member, verb="keep_guardian_consent", detail={}, now=now, people=[person.pk])
    return made


@transaction.atomic
def withdraw_guardian_consent(*, person: Person, member: Member, now: datetime) -> None:
    """
    Write down that the guardian took it back. Nothing that the child agreed to counts any more.

    :raises UnableToKeepGuardian: if none stands
    """
    standing = GuardianConsent.objects.filter(workspace_id=person.workspace_id, person=person, withdrawn_at=None)
    if not standing.update(withdrawn_at=now, withdrawn_by=member):
        raise UnableToKeepGuardian(_("No guardian has agreed."))
    record_act(member=member, verb="withdraw_guardian_consent", detail={}, now=now, people=[person.pk])
