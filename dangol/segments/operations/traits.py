"""Name what is worked out of everybody's events."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dangol.kit.errors import OperationError
from dangol.segments import queries
from dangol.segments.conditions.amounts import Count
from dangol.segments.conditions.event import EventCondition
from dangol.segments.conditions.traits import TraitQuestion
from dangol.segments.contracts import JsonObject
from dangol.segments.models import ComputedTrait
from dangol.segments.operations.computing import compute_once
from dangol.workspaces.models import Member

LONGEST_NAME = 120


class UnableToSaveTrait(OperationError):
    """The name is taken or missing."""


class UnableToDeleteTrait(OperationError):
    """A segment still asks for it."""


def save_trait(*, by: Member, name: str, question: dict[str, Any], trait: ComputedTrait | None = None) -> ComputedTrait:
    """
    Name a question to everybody's events, or change it. Segments that ask for it are computed again.

    :raises InvalidDefinition: if the question cannot be read, or asks what the member's role masks
    :raises UnableToSaveTrait: if the name is taken or missing
    """
    asked = TraitQuestion.read(JsonObject(question))
    queries.refuse_masked(EventCondition(asked.deed, Count("at_least", 1), asked.window), by=by)
    title = " ".join(name.replace("\x00", "").split())[:LONGEST_NAME]
    if not title:
        raise UnableToSaveTrait(_("Give the trait a name."))
    trait = trait or ComputedTrait(workspace_id=by.workspace_id)
    trait.name, trait.question = title, question
    try:
        with transaction.atomic():
            trait.save()
    except IntegrityError as taken:
        raise UnableToSaveTrait(_("A trait of this name exists already. Choose another name.")) from taken
    for segment in queries.segments_naming(("trait", str(trait.pk)), workspace_id=by.workspace_id):
        compute_once(segment)
    return trait


def delete_trait(*, trait: ComputedTrait) -> None:
    """
    Forget the question.

    :raises UnableToDeleteTrait: if a segment still asks for it
    """
    users = queries.segments_naming(("trait", str(trait.pk)), workspace_id=trait.workspace_id)
    if users:
        message = _("The segment “%(name)s” asks for this trait. Change it first.") % {"name": users[0].name}
        raise UnableToDeleteTrait(message)
    trait.delete()
