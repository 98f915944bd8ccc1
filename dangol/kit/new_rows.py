"""New rows of a model, many at once, in one statement."""

from collections.abc import Sequence
from typing import Any

import msgspec
from django.db import connection
from django.db.models import Model

INSERT = "INSERT INTO {table} ({columns}) SELECT {columns} FROM json_populate_recordset(NULL::{table}, %s::json)"


def insert_rows(objects: Sequence[Model]) -> None:
    """
    Insert objects that are new, as `bulk_create` would, at a third of its cost.

    Django prepares every field of every object by itself and writes their values into the statement; here they go as
    one JSON text. Ids and values that only the database knows are not read back.
    """
    if not objects:
        return
    fields = objects[0]._meta.concrete_fields
    for field in fields:
        if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
            for one in objects:
                field.pre_save(one, add=True)
    columns = [str(field.column) for field in fields]
    names = [field.attname for field in fields]
    rows: list[dict[str, Any]] = [
        {column: getattr(one, name) for column, name in zip(columns, names, strict=True)} for one in objects
    ]
    quoted = connection.ops.quote_name
    statement = INSERT.format(table=quoted(objects[0]._meta.db_table), columns=", ".join(map(quoted, columns)))
    with connection.cursor() as cursor:
        cursor.execute(statement, [msgspec.json.encode(rows).decode()])
