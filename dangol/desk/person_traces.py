"""Where this room keeps ids of people, and how they go on erasure."""

from django.db import connection
from django.utils.translation import gettext_lazy as _

from dangol.customers.contracts import Erased, PersonTrace

# Everybody keeps their place in the list: a run that goes on counts by it.
FORGET = """
UPDATE desk_bulkchange AS change
SET ids = array_replace(change.ids, %(id)s::uuid, '00000000-0000-0000-0000-000000000000')
WHERE workspace_id = %(workspace)s AND %(id)s::uuid = ANY(change.ids)
"""


class ChangesOfMany(PersonTrace):
    """The lists of those who were changed together."""

    def erase(self, erased: Erased) -> int:
        count = 0
        for person_id in erased.ids:
            with connection.cursor() as cursor:
                cursor.execute(FORGET, {"workspace": erased.workspace_id, "id": person_id})
                count += int(cursor.rowcount)
        return count


ChangesOfMany(_("Changes of many at once")).register()
