"""How a promise or a hurt ends: once, by one row, and told in the story."""

from datetime import datetime
from typing import TypeVar

from dangol.kit.errors import OperationError
from dangol.relations.models import Hurt, HurtResolution, Promise, PromiseEnd
from dangol.relations.operations.story import NewEntry, write_story
from dangol.workspaces.models import Member

Ending = TypeVar("Ending", PromiseEnd, HurtResolution)


def end_once(
    ending: type[Ending],
    *,
    of: dict[str, Promise | Hurt],
    by: Member,
    now: datetime,
    refusal: OperationError,
    **said: str,
) -> Ending:
    """
    Write the one row that ends what `of` names.

    :raises refusal: if it has ended already; the one-to-one key decides a race
    """
    row, is_new = ending.objects.get_or_create(
        workspace_id=by.workspace_id, **of, defaults={"by": by, "at": now, **said}
    )
    if not is_new:
        raise refusal
    return row


def tell_of(source: Promise | Hurt, kind: str, at: datetime, **details: str) -> None:
    """Write one entry of the story that names the promise or the hurt as its source."""
    entry = NewEntry(
        person_id=source.person_id,
        kind=kind,
        at=at,
        source_table=source._meta.db_table,
        source_id=source.pk,
        details=details,
    )
    write_story(workspace_id=source.workspace_id, entries=[entry])
