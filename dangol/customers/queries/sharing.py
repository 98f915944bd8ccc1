"""Which addresses and numbers several people share. Such a one is a way to reach somebody and recognises nobody."""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection

from dangol.customers.enums import IdentityKind
from dangol.customers.models import ContactPoint
from dangol.customers.role_addresses import is_role_address

Key = tuple[str, str]
SHAREABLE = frozenset((IdentityKind.EMAIL.value, IdentityKind.PHONE.value))

MARKED = """
SELECT DISTINCT asked.kind, asked.value FROM unnest(%s::text[], %s::text[]) AS asked(kind, value)
JOIN customers_contactpoint point ON point.kind = asked.kind AND point.value = asked.value
WHERE point.workspace_id = %s AND point.is_shared
"""


def shared_keys(*, workspace_id: UUID, keys: Iterable[Key]) -> set[Key]:
    """
    Return which of these (kind, value) several people share: addresses of a desk, and what was marked as shared.

    The one rule of forms, imports and the event pipeline. One query while nothing is marked, else two.
    """
    asked = sorted({key for key in keys if key[0] in SHAREABLE and key[1]})
    shared = {key for key in asked if key[0] == IdentityKind.EMAIL and is_role_address(key[1])}
    if asked and ContactPoint.objects.filter(workspace_id=workspace_id, is_shared=True).exists():
        kinds, values = (list(column) for column in zip(*asked, strict=True))
        with connection.cursor() as cursor:
            cursor.execute(MARKED, [kinds, values, workspace_id])
            shared |= set(cursor.fetchall())
    return shared
