"""One worker of all: whoever holds a lock in the database, for as long as its own connection lives."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection


@contextmanager
def leading(part: int) -> "Iterator[psycopg.Connection[Any] | None]":
    """
    Yield the connection that holds this part's lock, or nothing when another worker holds it.

    :param part: number of the part, 64 bits
    """
    parameters = connection.get_connection_params()
    chosen = {name: parameters[name] for name in ("dbname", "user", "password", "host", "port") if name in parameters}
    with psycopg.connect(**chosen, autocommit=True) as own:
        row = own.execute("SELECT pg_try_advisory_lock(%s)", [part]).fetchone()
        yield own if row and row[0] else None
