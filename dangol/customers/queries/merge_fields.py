"""In which fields two differ, and whose value stands when nobody chooses."""

from collections.abc import Iterable
from typing import Any

KEEP, MERGE = "keep", "merge"

NAME = ("name", "family_name", "given_name", "honorific")
ADDRESS = ("country", "postal_code", "city", "address")
PERSON_FIELDS = (
    *NAME, "email", "phone", "external_id", *ADDRESS, "born_on", "language", "time_zone", "owner_id",
)  # fmt: skip
COMPANY_FIELDS = (
    "name", "business_number", "external_id", "domain", "email", "phone", *ADDRESS, "industry", "owner_id",
)  # fmt: skip
TOGETHER = {"name": NAME, "address": ADDRESS}
"""Fields that only make sense side by side: by default all are taken from the same of the two."""

CUSTOM = "fields."

Row = dict[str, Any]


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


def _says(value: Any) -> bool:
    return value not in (None, "", [], {})


def _shown(value: Any) -> Any:
    return value if _says(value) else None
