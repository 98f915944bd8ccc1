"""Keeping and showing what is sealed. Every look is written down, with whose value it was."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from dangol.customers.models import Person, SealedField, SealedValue
from dangol.customers.queries import sealed_fingerprint
from dangol.kit.errors import OperationError
from dangol.kit.locks import hold
from dangol.kit.sealed_columns import opened, sealed
from dangol.workspaces.enums import Deed
from dangol.workspaces.models import Member
from dangol.workspaces.operations import record_act

MOST_SEALED_FIELDS = 20


class UnableToSeal(OperationError):
    """The name is taken, there are enough such fields, or somebody else has this value already."""


@transaction.atomic
def define_sealed_field(*, member: Member, label: str, help_text: str, is_unique: bool, now: datetime) -> SealedField:
    """
    Let the workspace keep one more thing of people under seal.

    :raises UnableToSeal: if there is one of that name, or there are 20 already
    """
    hold(f"sealed fields of {member.workspace_id}")
    known = SealedField.objects.filter(workspace_id=member.workspace_id)
    if known.filter(label=label).exists():
        raise UnableToSeal(_("There is a sealed field of this name already."))
    if known.count() >= MOST_SEALED_FIELDS:
        raise UnableToSeal(_("There are %(most)s sealed fields already.") % {"most": MOST_SEALED_FIELDS})
    field = SealedField.objects.create(
        workspace_id=member.workspace_id, label=label, help_text=help_text, is_unique=is_unique
    )
    record_act(member=member, verb="define_sealed_field", detail={"label": label}, now=now)
    return field


@transaction.atomic
def delete_sealed_field(*, field: SealedField, member: Member, now: datetime) -> None:
    """Delete a field with everything that was kept in it."""
    gone, _models = SealedValue.objects.filter(workspace_id=member.workspace_id, field=field).delete()
    record_act(member=member, verb="delete_sealed_field", detail={"label": field.label, "values": gone}, now=now)
    field.delete()


@transaction.atomic
def keep_sealed_value(*, person: Person, field: SealedField, text: str, member: Member, now: datetime) -> None:
    """
    Keep a person's value in place of the one before. An empty text takes it away.

    :raises UnableToSeal: if the field is unique and somebody else has this value
    """
    hold(f"sealed field {field.pk}")
    place = {"workspace_id": member.workspace_id, "person": person, "field": field}
    known = SealedValue.objects.filter(**place).first()
    if text:
        mark = sealed_fingerprint(field, text)
        others = SealedValue.objects.filter(workspace_id=member.workspace_id, field=field, fingerprint=mark)
        if field.is_unique and others.exclude(person=person).exists():
            raise UnableToSeal(_("Somebody else has this value already."))
        kept = known or SealedValue(**place)
        kept.value, kept.fingerprint, kept.by, kept.at = sealed(kept, "value", text), mark, member, now
        kept.save()
    elif known:
        known.delete()
    record_act(
        member=member, verb="keep_sealed_value" if text else "remove_sealed_value", detail={"field": field.label},
        now=now, people=[person.pk],
    )  # fmt: skip


def reveal_sealed_value(*, value: SealedValue, member: Member, now: datetime) -> str:
    """Return a value in clear, and write down who saw it."""
    record_act(
        member=member, verb="reveal_sealed_value", detail={"field": value.field.label}, now=now, deed=Deed.REVEAL,
        people=[value.person_id],
    )  # fmt: skip
    return opened(value, "value")
