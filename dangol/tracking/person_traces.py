"""Where this room keeps what people did without a link to them, and how it goes on erasure."""

import json
from collections.abc import Sequence

from django.db import connection
from django.utils.translation import gettext_lazy as _

from dangol.customers.contracts import Erased, PersonTrace

BODIES = """
DELETE FROM {table} WHERE workspace_id = %(workspace)s AND EXISTS (
    SELECT FROM unnest(%(needles)s::bytea[]) AS needle WHERE position(needle IN body) > 0
)
"""

NAMELESS = """
DELETE FROM tracking_event WHERE workspace_id = %(workspace)s AND person_id IS NULL AND anonymous_id = ANY(%(ids)s)
"""


class RawCalls(PersonTrace):
    """Calls that wait to be processed, those that were refused, and the last documents of each source."""

    def erase(self, erased: Erased) -> int:
        needles = _needles([*erased.emails, *erased.phones, *erased.external_ids, *erased.anonymous_ids])
        return sum(
            self._erase(table, erased, needles)
            for table in ("tracking_inbox", "tracking_deadletter", "tracking_sample")
        )

    def _erase(self, table: str, erased: Erased, needles: Sequence[bytes]) -> int:
        with connection.cursor() as cursor:
            cursor.execute(BODIES.format(table=table), {"workspace": erased.workspace_id, "needles": list(needles)})
            return int(cursor.rowcount)


class NamelessEvents(PersonTrace):
    """What their browsers and devices did before anybody knew whose they are."""

    def erase(self, erased: Erased) -> int:
        with connection.cursor() as cursor:
            cursor.execute(NAMELESS, {"workspace": erased.workspace_id, "ids": list(erased.anonymous_ids)})
            return int(cursor.rowcount)


def _needles(values: Sequence[str]) -> list[bytes]:
    """Return the values as JSON writes them: whole, in quotes, with letters plain or escaped."""
    return [json.dumps(value, ensure_ascii=plain).encode() for value in values for plain in (True, False)]


RawCalls(_("Calls that wait or were refused")).register()
NamelessEvents(_("Events of unnamed visitors")).register()
