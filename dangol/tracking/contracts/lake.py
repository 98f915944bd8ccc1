"""
Which tables the lake copies, so that questions about everybody need not burden the database.

Every room registers what conditions on its rows read, in its `AppConfig.ready`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import Field, Model

TEXT_BY_KEY = "MAP(VARCHAR, VARCHAR)"
"""How JSON objects are kept; see `dangol.tracking.lake.texts`."""

INSIDE = "\x1f"
"""Stands between the keys that lead to a value inside of another object."""

TYPES: Mapping[str, str] = {
    "UUIDField": "UUID",
    "CharField": "VARCHAR",
    "TextField": "VARCHAR",
    "DateTimeField": "TIMESTAMPTZ",
    "DateField": "DATE",
    "BooleanField": "BOOLEAN",
    "SmallIntegerField": "INTEGER",
    "PositiveSmallIntegerField": "INTEGER",
    "IntegerField": "INTEGER",
    "PositiveIntegerField": "BIGINT",
    "PositiveBigIntegerField": "BIGINT",
    "BigIntegerField": "BIGINT",
    "FloatField": "DOUBLE",
    "DecimalField": "DECIMAL({max_digits}, {decimal_places})",
    "JSONField": TEXT_BY_KEY,
}
"""Types of DuckDB by kind of field. A field of any other kind, such as a list, is not copied."""


@dataclass(frozen=True)
class LakeColumn:
    """One column of the copy: its name and its type in DuckDB."""

    name: str
    type: str


@dataclass(frozen=True, kw_only=True)
class LakeTable:
    """
    One table of which the lake has a copy.

    :param without: fields that nobody asks for there
    """

    model: type[Model]
    without: Sequence[str] = ()
    tables: ClassVar[dict[str, "LakeTable"]] = {}

    @property
    def name(self) -> str:
        """The table's name, in the database as in the lake."""
        return self.model._meta.db_table

    @cached_property
    def columns(self) -> list[LakeColumn]:
        """The columns of the copy. The workspace is not among them: a file is of one workspace."""
        return [
            LakeColumn(str(field.column), kind)
            for field in self.model._meta.concrete_fields
            if field.name not in {"workspace", *self.without} and (kind := _type_of(field))
        ]

    def register(self) -> None:
        """Let the lake copy it."""
        self.tables[self.name] = self


def _type_of(field: "Field[Any, Any]") -> str:
    kept = field
    while kept.remote_field is not None:
        kept = kept.target_field  # type: ignore[attr-defined] # links have one
    return TYPES.get(kept.get_internal_type(), "").format_map(vars(kept))
