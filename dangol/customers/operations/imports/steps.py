"""What one chunk of a file made, kept so that it can be undone: a list of ids per chunk, no mark on every row."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from dangol.customers.enums import RECORDS, ImportTarget, sort_of
from dangol.customers.models import PeopleImport
from dangol.customers.operations.imports.belongings import Belongings
from dangol.customers.operations.imports.writing import TABLES
from dangol.kit.ids import uuid7

REMEMBER = """
INSERT INTO customers_importstep (
    workspace_id, id, people_import_id, next_line, people, companies, records, identities, relations, links, tags,
    taggings, consents
)
SELECT %(workspace)s, %(id)s, %(import)s, %(next_line)s, {people}, %(companies)s::uuid[] || {companies}, {records},
    %(identities)s::uuid[], %(relations)s::uuid[], %(links)s::uuid[], %(tags)s::uuid[], %(taggings)s::uuid[],
    %(consents)s::uuid[]
"""
STAGED = "ARRAY(SELECT id FROM staged_{table} WHERE is_new)"
NONE = "ARRAY[]::uuid[]"


def remember_step(
    locked: PeopleImport,
    *,
    next_line: int,
    made: Belongings,
    identities: Sequence[str],
    consents: Sequence[UUID],
) -> None:
    """Keep the ids of what the chunk that was written last made. In that transaction, while its tables stand."""
    sort = sort_of(locked.target)
    new = {ImportTarget.PEOPLE.value: NONE, ImportTarget.COMPANIES.value: NONE, RECORDS: NONE}
    new[sort] = STAGED.format(table=TABLES[sort].name)
    people, companies, records = new.values()
    statement = REMEMBER.format(people=people, companies=companies, records=records)
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            {
                "workspace": locked.workspace_id, "id": uuid7(), "import": locked.pk, "next_line": next_line,
                "companies": made.companies, "identities": list(identities), "relations": made.relations,
                "links": made.links, "tags": made.tags, "taggings": made.taggings, "consents": list(consents),
            },
        )  # fmt: skip
