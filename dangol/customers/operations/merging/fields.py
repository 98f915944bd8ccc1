"""Which value of two stands in each field of the one who is kept."""

import json
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from dangol.kit.errors import OperationError
from dangol.kit.korean import bigrams, initials

KEEP, MERGE = "keep", "merge"

NAME = ("name", "family_name", "given_name", "honorific")
ADDRESS = ("country", "postal_code", "city", "address")
PERSON_FIELDS = (
    *NAME, "email", "phone", "external_id", *ADDRESS, "born_on", "language", "time_zone", "owner_id",
)  # fmt: skip
COMPANY_FIELDS = (
    "name", "business_number", "external_id", "domain", "email", "phone", *ADDRESS, "industry", "owner_id",
)  # fmt: skip
LOOKED_UP = {"email", "phone", "external_id", "business_number", "domain", "owner_id", "born_on"}
"""What cannot be typed in while merging: it has to be checked, so it is one of the two."""

TOGETHER = {"name": NAME, "address": ADDRESS}
"""Fields that only make sense side by side: by default all are taken from the same of the two."""

CUSTOM = "fields."

READ = 'SELECT to_jsonb(line) FROM "{table}" AS line WHERE workspace_id = %s AND id = %s'

WRITE = """
UPDATE "{table}" AS line SET {columns} FROM jsonb_populate_record(NULL::"{table}", %s::jsonb) AS told
WHERE line.workspace_id = %s AND line.id = %s
"""

Row = dict[str, Any]


class UnableToMerge(OperationError):
    """The two cannot be made one as it was asked."""


def choosable(keep: Row, merge: Row, *, fields: Iterable[str]) -> list[str]:
    """Return the fields in which the two differ: the core's, then their custom ones as `fields.<key>`."""
    core = [name for name in fields if _shown(keep[name]) != _shown(merge[name])]
    custom = sorted({*keep["fields"], *merge["fields"]})
    return core + [CUSTOM + key for key in custom if keep["fields"].get(key) != merge["fields"].get(key)]


def default_choice(keep: Row, merge: Row, field: str) -> str:
    """Return whose value stands when nobody chooses: the keeper's, unless it says nothing."""
    if field.startswith(CUSTOM):
        return KEEP if _says(keep["fields"].get(field.removeprefix(CUSTOM))) else MERGE
    group = next((fields for fields in TOGETHER.values() if field in fields), (field,))
    kept = [_says(keep[name]) for name in group if name in keep]
    return KEEP if any(kept) or not _says(merge[field]) else MERGE


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


def _says(value: Any) -> bool:
    return value not in (None, "", [], {})


def _shown(value: Any) -> Any:
    return value if _says(value) else None
