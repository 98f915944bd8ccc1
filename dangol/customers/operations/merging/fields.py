"""The golden record of a merge: which value of two stands in each field, read and written exactly."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from dangol.customers.queries.merge_fields import CUSTOM, KEEP, MERGE, Row, default_choice
from dangol.kit.errors import OperationError
from dangol.kit.korean import bigrams, initials

LOOKED_UP = {"email", "phone", "external_id", "business_number", "domain", "owner_id", "born_on"}
"""What cannot be typed in while merging: it has to be checked, so it is one of the two."""

READ = 'SELECT to_jsonb(line) FROM "{table}" AS line WHERE workspace_id = %s AND id = %s'

WRITE = """
UPDATE "{table}" AS line SET {columns} FROM jsonb_populate_record(NULL::"{table}", %s::jsonb) AS told
WHERE line.workspace_id = %s AND line.id = %s
"""


class UnableToMerge(OperationError):
    """The two cannot be made one as it was asked."""


def golden(keep: Row, merge: Row, choices: Mapping[str, str], *, fields: tuple[str, ...]) -> Row:
    """
    Return the keeper's columns after the merge.

    :param choices: field to "keep", "merge" or, for plain texts, a value of its own
    :raises UnableToMerge: for a field that there is not, or a value that has to be one of the two
    """
    custom = {CUSTOM + key for key in (*keep["fields"], *merge["fields"])}
    if unknown := sorted(set(choices) - set(fields) - custom):
        raise UnableToMerge(_("There is no field “%(field)s” to choose.") % {"field": unknown[0]})
    row: Row = {name: _chosen(keep, merge, name, choices) for name in fields}
    own = {key.removeprefix(CUSTOM): _chosen(keep, merge, key, choices) for key in sorted(custom)}
    row["fields"] = {key: value for key, value in own.items() if value is not None}
    row["bigrams"], row["initials"] = bigrams(row["name"]), initials(row["name"])[:200]
    return row


def read_row(table: str, workspace_id: UUID, row_id: UUID, *, lock: bool = False) -> Row:
    """Return a whole row as JSON. With `lock` nobody else writes it, or a row that links to it, until the end."""
    with connection.cursor() as cursor:
        cursor.execute(READ.format(table=table) + " FOR UPDATE" * lock, [workspace_id, row_id])
        found = cursor.fetchone()
    if found is None:
        raise UnableToMerge(_("One of the two is gone. Look for duplicates again."))
    return found[0] if isinstance(found[0], dict) else dict(json.loads(found[0]))


def write_row(table: str, workspace_id: UUID, row_id: UUID, values: Row) -> None:
    """Write some columns of a row, given as JSON, exactly."""
    if not values:
        return
    columns = ", ".join(f'"{name}" = told."{name}"' for name in values)
    with connection.cursor() as cursor:
        cursor.execute(
            WRITE.format(table=table, columns=columns),
            [json.dumps(values), workspace_id, row_id],
        )


def _chosen(keep: Row, merge: Row, field: str, choices: Mapping[str, str]) -> Any:
    choice = choices.get(field) or default_choice(keep, merge, field)
    if choice in (KEEP, MERGE):
        row = keep if choice == KEEP else merge
        return row["fields"].get(field.removeprefix(CUSTOM)) if field.startswith(CUSTOM) else row[field]
    if field in LOOKED_UP:
        raise UnableToMerge(_("Choose one of the two values. Another one is written after merging."))
    return choice.replace("\x00", "").strip()
