"""A visit of a short link and the visit of a site that follows it are of one visitor."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from django.db import connection

from dangol.tracking.calls import Draft

# Only what nobody else has joined, and soon after it: an address that is passed on joins nobody to a stranger.
JOIN = """
UPDATE tracking_event AS e SET anonymous_id = led.visitor, context = e.context || '{"joined": true}'
FROM unnest(%s::text[], %s::text[], %s::timestamptz[]) AS led(visit, visitor, at)
WHERE e.workspace_id = %s AND e.anonymous_id = led.visit AND e.person_id IS NULL AND e.name = 'Link Visited'
  AND NOT e.context ? 'joined'
  AND e.occurred_at > led.at - interval '1 day' AND e.occurred_at <= led.at + interval '1 minute'
"""


class Led(msgspec.Struct, rename="camel"):
    """What our script says of the short link that led to its page."""

    dangol_visit: str = ""


led_decoder = msgspec.json.Decoder(Led)


def join_visits(*, workspace_id: UUID, drafts: Sequence[Draft], person_ids: Sequence[UUID | None]) -> dict[str, UUID]:
    """Give visits of short links to the visitors whom they led; return those who are known, with their person."""
    led: dict[str, tuple[str, datetime]] = {}
    known: dict[str, UUID] = {}
    for draft, person_id in zip(drafts, person_ids, strict=True):
        if '"dangolVisit"' in draft.context and draft.anonymous_id and (visit := _visit(draft)):
            led[visit] = (draft.anonymous_id, draft.occurred_at)
            if person_id is not None:
                known[draft.anonymous_id] = person_id
    if led:
        visitors, moments = zip(*led.values(), strict=True)
        with connection.cursor() as cursor:
            cursor.execute(JOIN, [list(led), list(visitors), list(moments), workspace_id])
    return known


def _visit(draft: Draft) -> str:
    try:
        return led_decoder.decode(draft.context).dangol_visit
    except msgspec.DecodeError:
        return ""
