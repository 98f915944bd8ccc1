"""One worker of all: whoever holds a lock in the database, for as long as its own connection lives."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg

from dangol.kit.database_address import database_address


@contextmanager
def leading(part: int | UUID) -> "Iterator[psycopg.Connection[Any] | None]":
    """
    Yield the connection that holds this part's lock, or nothing when another worker holds it.

    :param part: number of the part, 64 bits, or the id of what one worker at a time deals with
    """
    number = int.from_bytes(part.bytes[8:], signed=True) if isinstance(part, UUID) else part
    with psycopg.connect(database_address(), autocommit=True) as own:
        row = own.execute("SELECT pg_try_advisory_lock(%s)", [number]).fetchone()
        yield own if row and row[0] else None
