"""Sources: hand out write keys and take them back."""

import secrets
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from dangol.kit.errors import OperationError
from dangol.tracking.calls import Draft
from dangol.tracking.enums import SourceKind
from dangol.tracking.models import Source
from dangol.workspaces.enums import Limited
from dangol.workspaces.models import Member
from dangol.workspaces.operations import make_room, record_act
from dangol.workspaces.queries import key_digest

HINT_LENGTH = 8

HEARD = """
UPDATE tracking_source s SET first_event_at = heard.at FROM unnest(%s::uuid[], %s::timestamptz[]) AS heard(id, at)
WHERE s.workspace_id = %s AND s.id = heard.id AND s.first_event_at IS NULL
"""


class UnableToCreateSource(OperationError):
    """The name is missing or taken, or the workspace may have no more sources."""


def create_source(*, member: Member, name: str, kind: str = SourceKind.API, now: datetime) -> tuple[Source, str]:
    """
    Make a source and return it with its write key, which is never shown again.

    :raises UnableToCreateSource: if the name is empty, another source has it, or there may be no more sources
    """
    name = name.strip()
    if not name:
        raise UnableToCreateSource(_("Give the source a name, for example “Web shop”."))
    if Source.objects.filter(workspace_id=member.workspace_id, name=name).exists():
        raise UnableToCreateSource(_("Another source has this name. Choose a different one."))
    live = Source.objects.filter(workspace_id=member.workspace_id, revoked_at=None)
    make_room(workspace_id=member.workspace_id, what=Limited.SOURCES, taken=live, refusal=UnableToCreateSource)
    write_key = f"dk_{secrets.token_urlsafe(24)}"
    source = Source.objects.create(
        workspace_id=member.workspace_id,
        name=name,
        kind=SourceKind(kind),
        key_digest=key_digest(write_key),
        key_hint=write_key[:HINT_LENGTH],
        created_at=now,
    )
    record_act(member=member, verb="create_source", detail={"source": str(source.pk), "name": name}, now=now)
    return source, write_key


def revoke_source(*, source: Source, member: Member, now: datetime) -> None:
    """Refuse the source's write key from now on; collectors notice within seconds. Its events stay."""
    if source.revoked_at is not None:
        return
    source.revoked_at = now
    source.save(update_fields=["revoked_at"])
    record_act(member=member, verb="revoke_source", detail={"source": str(source.pk), "name": source.name}, now=now)


def note_first_events(*, workspace_id: UUID, drafts: Iterable[Draft]) -> None:
    """Remember when each source was first heard; later events change nothing."""
    heard: dict[UUID, datetime] = {}
    for draft in drafts:
        heard.setdefault(draft.source_id, draft.received_at)
    with connection.cursor() as cursor:
        cursor.execute(HEARD, [list(heard), list(heard.values()), workspace_id])
