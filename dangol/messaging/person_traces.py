"""Where this room keeps addresses without a link to a person, and how they go on erasure."""

from django.db import connection
from django.utils.translation import gettext_lazy as _

from dangol.customers.contracts import Erased, PersonTrace

DELETE = "DELETE FROM messaging_suppression WHERE workspace_id = %(workspace)s AND address = ANY(%(addresses)s)"


class SuppressedAddresses(PersonTrace):
    """Addresses that nobody may write to. Nobody can any more: they are gone everywhere else too."""

    def erase(self, erased: Erased) -> int:
        with connection.cursor() as cursor:
            cursor.execute(DELETE, {"workspace": erased.workspace_id, "addresses": erased.addresses})
            return int(cursor.rowcount)


SuppressedAddresses(_("Addresses not written to")).register()
