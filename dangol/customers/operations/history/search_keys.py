"""The keys by which names are found, after names were written by SQL."""

import json
from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from dangol.customers.operations.company_facts import bare_company_name
from dangol.customers.operations.history.kept import WITH_TRASH
from dangol.kit.korean import bigrams, initials

WRITE = """
UPDATE {table} t SET bigrams = ARRAY(SELECT jsonb_array_elements_text(k.bigrams)), initials = k.initials
FROM jsonb_to_recordset(%s::jsonb) AS k(id uuid, bigrams jsonb, initials text) WHERE t.workspace_id = %s AND t.id = k.id
"""


def refresh_search_keys(*, workspace_id: UUID, kind: str, ids: Sequence[UUID]) -> None:
    """Compute the search keys of these people or companies from their names anew."""
    if not ids:
        return
    model = WITH_TRASH[kind]
    named = model.objects.filter(workspace_id=workspace_id, pk__in=ids).values_list("pk", "name")
    bare = [(str(pk), bare_company_name(name) if kind == "company" else name) for pk, name in named]
    keys = [{"id": pk, "bigrams": bigrams(name), "initials": initials(name)[:200]} for pk, name in bare]
    with connection.cursor() as cursor:
        cursor.execute(WRITE.format(table=model._meta.db_table), [json.dumps(keys), workspace_id])
