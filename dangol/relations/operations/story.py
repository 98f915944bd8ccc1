"""Writing the story: entries from every room, and the purchases told again whenever they change."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from dangol.kit.ids import uuid7
from dangol.relations import sentences
from dangol.relations.operations.chapters import settle_chapters


class UnknownKind(ValueError):
    """No class of `relations.sentences` tells entries of this kind."""


@dataclass(frozen=True, kw_only=True)
class NewEntry:
    """
    One line to write. `kind` and `details` are those of a class in `relations.sentences`.

    `source_table` and `source_id` name the row that it tells of; with the kind they make it unique per person.
    """

    person_id: UUID
    kind: str
    at: datetime
    source_table: str
    source_id: UUID
    details: dict[str, Any] = field(default_factory=dict)


INSERT = """
INSERT INTO relations_storyentry
    (workspace_id, id, person_id, kind, chapter, at, details, source_table, source_id, recorded_at)
SELECT %(workspace)s, new.id, new.person_id, new.kind, coalesce(before.chapter, 'first_meeting'),
       new.at, new.details::jsonb, new.source_table, new.source_id, now()
FROM unnest(
    %(ids)s::uuid[], %(people)s::uuid[], %(kinds)s::text[], %(ats)s::timestamptz[],
    %(details)s::text[], %(tables)s::text[], %(sources)s::uuid[]
) AS new (id, person_id, kind, at, details, source_table, source_id)
JOIN customers_person AS person ON person.workspace_id = %(workspace)s AND person.id = new.person_id
LEFT JOIN LATERAL (
    SELECT chapter FROM relations_storyentry AS entry
    WHERE entry.workspace_id = %(workspace)s AND entry.person_id = new.person_id AND entry.at <= new.at
    ORDER BY entry.at DESC, entry.id DESC LIMIT 1
) AS before ON true
ORDER BY new.person_id, new.source_id, new.kind
ON CONFLICT (workspace_id, person_id, kind, source_id) DO NOTHING
RETURNING person_id
"""


def write_story(*, workspace_id: UUID, entries: Sequence[NewEntry]) -> int:
    """
    Add the entries that are not written yet, and set the chapters of the people they belong to.

    :returns: how many were new. Entries of people who are gone are left out.
    :raises UnknownKind: if no sentence tells one of them
    """
    if unknown := {entry.kind for entry in entries} - sentences.kinds():
        raise UnknownKind(", ".join(sorted(unknown)))
    if not entries:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(INSERT, _columns(workspace_id, entries))
        people = [person_id for (person_id,) in cursor.fetchall()]
    settle_chapters(workspace_id=workspace_id, person_ids=sorted(set(people)))
    return len(people)


def _columns(workspace_id: UUID, entries: Sequence[NewEntry]) -> dict[str, Any]:
    return {
        "workspace": workspace_id,
        "ids": [uuid7() for _entry in entries],
        "people": [entry.person_id for entry in entries],
        "kinds": [entry.kind for entry in entries],
        "ats": [entry.at for entry in entries],
        "details": [json.dumps(entry.details, ensure_ascii=False, default=str) for entry in entries],
        "tables": [entry.source_table for entry in entries],
        "sources": [entry.source_id for entry in entries],
    }
