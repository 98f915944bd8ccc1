"""Where this room keeps what it told of people, and how it goes on erasure."""

from django.db import connection
from django.utils.translation import gettext_lazy as _

from dangol.customers.contracts import Erased, PersonTrace

FORGET = """
DELETE FROM api_keptanswer WHERE workspace_id = %(workspace)s AND EXISTS (
    SELECT FROM unnest(%(ids)s::text[]) AS id WHERE position(id IN body) > 0
)
"""


class KeptAnswers(PersonTrace):
    """Answers of the API that are given again for a day."""

    def erase(self, erased: Erased) -> int:
        with connection.cursor() as cursor:
            cursor.execute(FORGET, {"workspace": erased.workspace_id, "ids": [str(one) for one in erased.ids]})
            return int(cursor.rowcount)


KeptAnswers(_("Answers of the API")).register()
