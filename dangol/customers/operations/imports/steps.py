"""What one chunk of a file made, kept so that it can be undone: a list of ids per chunk, no mark on every row."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from dangol.customers.enums import ImportTarget
from dangol.customers.models import PeopleImport
from dangol.customers.operations.imports.belongings import Belongings
from dangol.customers.operations.imports.writing import TABLES
from dangol.kit.ids import uuid7

REMEMBER = """
INSERT INTO customers_importstep (
    workspace_id, id, people_import_id, next_line, people, companies, identities, relations, tags, taggings, consents
)
SELECT %(workspace)s, %(id)s, %(import)s, %(next_line)s, {people}, %(companies)s::uuid[] || {companies},
    %(identities)s::uuid[], %(relations)s::uuid[], %(tags)s::uuid[], %(taggings)s::uuid[], %(consents)s::uuid[]
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
    staged = STAGED.format(table=TABLES[locked.target].name)
    is_people = locked.target == ImportTarget.PEOPLE
    statement = REMEMBER.format(people=staged if is_people else NONE, companies=NONE if is_people else staged)
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            {
                "workspace": locked.workspace_id, "id": uuid7(), "import": locked.pk, "next_line": next_line,
                "companies": made.companies, "identities": list(identities), "relations": made.relations,
                "tags": made.tags, "taggings": made.taggings, "consents": list(consents),
            },
        )  # fmt: skip
