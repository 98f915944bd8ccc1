"""Where this room keeps ids of people, and how they go on erasure."""

from django.db import connection
from django.utils.translation import gettext_lazy as _

from dangol.customers.contracts import Erased, PersonTrace

# Everybody keeps their place in the list: a run that goes on counts by it.
FORGET = """
UPDATE desk_bulkchange AS change
SET ids = ARRAY(
    SELECT CASE WHEN one = ANY(%(ids)s) THEN '00000000-0000-0000-0000-000000000000' ELSE one END
    FROM unnest(change.ids) WITH ORDINALITY AS listed (one, place) ORDER BY place
)
WHERE workspace_id = %(workspace)s AND change.ids && %(ids)s::uuid[]
"""


class ChangesOfMany(PersonTrace):
    """The lists of those who were changed together."""

    def erase(self, erased: Erased) -> int:
        with connection.cursor() as cursor:
            cursor.execute(FORGET, {"workspace": erased.workspace_id, "ids": list(erased.ids)})
            return int(cursor.rowcount)


ChangesOfMany(_("Changes of many at once")).register()
