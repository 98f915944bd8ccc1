"""Rows as they are told to programs, and the versions of rows."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model
from django.utils.translation import gettext as _
from ninja import Schema

from dangol.api.door import ApiRequest
from dangol.api.problems import Problem
from dangol.api.schemas import RowShown
from dangol.customers.models import Company, CustomRecord, FieldDefinition, Person
from dangol.kit.masking import Masked

Row = Person | Company | CustomRecord
S = TypeVar("S", bound=RowShown)
T = TypeVar("T", bound=Schema)
ANY = "*"


def show(schema: type[S], row: Row, definitions: Iterable[FieldDefinition], **more: Any) -> S:
    """Return a row as the schema tells it; of its own fields those that the workspace defined and did not archive."""
    columns = {name: getattr(row, name) for name in schema.model_fields if name != "fields" and name not in more}
    if isinstance(columns.get("born_on"), Masked):  # a mask is no date
        columns["born_on"] = None
    own = {field.key: row.fields[field.key] for field in definitions if field.key in row.fields}
    return schema(fields=own, **columns, **more)


def as_told(schema: type[T], row: Model, **more: Any) -> T:
    """Return a row as the schema tells it: its columns of the same names, and what else is told of it."""
    return schema(**{name: getattr(row, name) for name in schema.model_fields if name not in more}, **more)


def version(row: Row) -> str:
    """Return the entity tag of a row: the moment of its last change."""
    return f'"{row.updated_at.isoformat()}"'


def refuse_if_changed(request: ApiRequest, row: Row, shown: RowShown, *, seen: datetime | None = None) -> None:
    """
    Refuse to write over what the program has not seen; the answer tells what is there now.

    :param seen: `updated_at` of the body; without it If-Match is asked, without both everything is fine
    """
    header = request.headers.get("If-Match", "").strip()
    if (seen is None or seen == row.updated_at) and header in {"", ANY, version(row), f"W/{version(row)}"}:
        return
    said = _("Somebody changed this meanwhile. Look at “current”, and send your change with its updated_at.")
    raise Problem("conflict", said, headers={"ETag": version(row)}, more={"current": shown.model_dump()})
