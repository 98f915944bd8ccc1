"""Telling of what a person agreed to, and of being recognised."""

from uuid import UUID

from dangol.customers.models import ConsentEntry, Identity
from dangol.kit.jobs import job
from dangol.relations.operations.story import NewEntry, write_story


@job()
def tell_of_consent_given(*, workspace_id: UUID, person_id: UUID, entry_id: UUID) -> None:
    """Tell that a person agreed."""
    _tell_of_consent("consent_given", workspace_id, person_id, entry_id)


@job()
def tell_of_consent_withdrawn(*, workspace_id: UUID, person_id: UUID, entry_id: UUID) -> None:
    """Tell that a person took a consent back."""
    _tell_of_consent("consent_withdrawn", workspace_id, person_id, entry_id)


@job()
def tell_of_recognition(*, workspace_id: UUID, person_id: UUID, anonymous_id: str) -> None:
    """Tell that a visitor without a name turned out to be this person."""
    known = Identity.objects.filter(
        workspace_id=workspace_id, person_id=person_id, kind="anonymous_id", value=anonymous_id
    ).first()
    if known is None:
        return
    entry = NewEntry(
        person_id=person_id,
        kind="identified",
        at=known.created_at,
        source_table="customers_identity",
        source_id=known.pk,
    )
    write_story(workspace_id=workspace_id, entries=[entry])


def _tell_of_consent(kind: str, workspace_id: UUID, person_id: UUID, entry_id: UUID) -> None:
    line = ConsentEntry.objects.filter(workspace_id=workspace_id, pk=entry_id).first()
    if line is None:
        return
    entry = NewEntry(
        person_id=person_id,
        kind=kind,
        at=line.at,
        source_table="customers_consententry",
        source_id=entry_id,
        details={"purpose": line.purpose, "channel": line.channel, "night": line.night},
    )
    write_story(workspace_id=workspace_id, entries=[entry])
