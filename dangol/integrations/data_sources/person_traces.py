"""Where this room speaks of people without a link to them, and how it goes on erasure."""

from django.db import connection
from django.utils.translation import gettext_lazy as _

from dangol.customers.contracts import Erased, PersonTrace
from dangol.integrations.data_sources.operations.vanished import digest_of_key

FORGET_TEXTS = """
UPDATE data_sources_runproblem SET text = ''
WHERE workspace_id = %(workspace)s AND text <> '' AND EXISTS (
    SELECT FROM unnest(%(needles)s::text[]) AS needle
    WHERE strpos(lower(text), needle) > 0 OR strpos(regexp_replace(text, '[^0-9+]', '', 'g'), needle) > 0
)
"""
FORGET_DIGESTS = "DELETE FROM data_sources_seenrow WHERE workspace_id = %s AND digest = ANY(%s)"
COUNTRY_CODE = "+82"
SHORTEST_NAME = 2


class RefusedRows(PersonTrace):
    """Texts of rows that were not taken, and fingerprints of rows that were."""

    def erase(self, erased: Erased) -> int:
        local = [phone.replace(COUNTRY_CODE, "0", 1) for phone in erased.phones]
        names = [name.lower() for name in erased.names if len(name) >= SHORTEST_NAME]
        needles = [*map(str.lower, erased.emails), *erased.phones, *local, *names]
        keys = {"email": erased.emails, "phone": [*erased.phones, *local], "external_id": erased.external_ids}
        digests = [digest_of_key(meaning, value) for meaning, values in keys.items() for value in values]
        with connection.cursor() as cursor:
            cursor.execute(FORGET_TEXTS, {"workspace": erased.workspace_id, "needles": needles})
            count = int(cursor.rowcount)
            cursor.execute(FORGET_DIGESTS, [erased.workspace_id, digests])
            return count + int(cursor.rowcount)


RefusedRows(_("Rows of data sources that were left out")).register()
