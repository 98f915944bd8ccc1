"""Databases by SQLAlchemy: one table or one SELECT, in a read-only transaction, streamed by a cursor of the server."""

import ssl
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any, cast

import psycopg
import pymysql
import sqlalchemy
import sqlglot
from django.utils.translation import gettext as _
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool
from sqlglot import expressions

from dangol.integrations.data_sources.contracts import PORTION, Column, Place, Portion, SourceRefuses, Wish
from dangol.integrations.data_sources.enums import Dialect, Encryption
from dangol.integrations.data_sources.readers.sql_trouble import explained
from dangol.integrations.data_sources.readers.sql_types import kind_of_code
from dangol.kit.safe_connect import checked_addresses, connected

CONNECT_SECONDS = 10
STATEMENT_SECONDS = 900
DRIVERS = {Dialect.POSTGRESQL: "postgresql+psycopg", Dialect.MARIADB: "mysql+pymysql"}
GRAMMARS = {Dialect.POSTGRESQL: "postgres", Dialect.MARIADB: "mysql"}
PG_ENCRYPTION = {Encryption.VERIFIED: "verify-full", Encryption.UNVERIFIED: "require", Encryption.NONE: "disable"}


@contextmanager
def opened(place: Place) -> Iterator["SqlReader"]:
    """Connect, and turn whatever the driver says into plain words."""
    dialect = Dialect(place.where["dialect"])
    connect = _to_postgresql if dialect is Dialect.POSTGRESQL else _to_mariadb
    engine = sqlalchemy.create_engine(
        f"{DRIVERS[dialect]}://", creator=lambda: connect(place), poolclass=NullPool, hide_parameters=True
    )
    try:
        with engine.connect() as connection:
            yield SqlReader(connection, dialect, place)
    except (SQLAlchemyError, OSError, psycopg.Error, pymysql.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
        raise explained(cause, place) from error
    finally:
        engine.dispose()


class SqlReader:
    """An open database. Rows come in the order of the column that tells how far we are, if one does."""

    is_ordered = True

    def __init__(self, connection: Connection, dialect: Dialect, place: Place) -> None:
        self._connection = connection
        self._dialect = dialect
        self._what = place.what

    def offered(self) -> list[str]:
        found = sqlalchemy.inspect(self._connection)
        return sorted([*found.get_table_names(), *found.get_view_names()])

    def columns(self) -> list[Column]:
        return self._described(f"SELECT * FROM {self._origin()} WHERE 1 = 0")[0]  # noqa: S608 - quoted, or a checked SELECT

    def sample(self, count: int) -> tuple[list[Column], list[list[Any]]]:
        return self._described(f"SELECT * FROM {self._origin()} LIMIT {int(count)}")  # noqa: S608 - quoted, or a checked SELECT

    def portions(self, wish: Wish) -> Generator[Portion]:
        result = self._streamed(*self._statement(wish))
        order = [list(result.keys()).index(name) for name in wish.columns]
        first = 1
        try:
            for rows in result.partitions(PORTION):
                yield Portion([[row[at] for at in order] for row in rows], position={}, first=first)
                first += len(rows)
        finally:
            result.close()

    def _statement(self, wish: Wish) -> tuple[str, dict[str, Any]]:
        statement = f"SELECT * FROM {self._origin()}"  # noqa: S608 - quoted, or a checked SELECT
        if not wish.ordered_by:
            return statement, {}
        column = self._quoted(wish.ordered_by)
        blanks_first = " NULLS FIRST" if self._dialect is Dialect.POSTGRESQL else ""
        wanted = "" if wish.since is None else f" WHERE {column} >= %(since)s"
        return f"{statement}{wanted} ORDER BY {column}{blanks_first}", {"since": wish.since}

    def _origin(self) -> str:
        if table := self._what.get("table"):
            return ".".join(self._quoted(part) for part in str(table).split("."))
        return f"({checked_select(str(self._what.get('query', '')), self._dialect)}) AS asked"

    def _quoted(self, name: str) -> str:
        return self._connection.dialect.identifier_preparer.quote_identifier(name).replace("%%", "%").replace("%", "%%")

    def _described(self, statement: str) -> tuple[list[Column], list[list[Any]]]:
        result = self._connection.exec_driver_sql(statement, {"since": None})
        codes = [(str(column[0]), cast("int", column[1])) for column in result.cursor.description]
        columns = [Column(name, kind_of_code(self._dialect, code)) for name, code in codes]
        if len({column.name for column in columns}) < len(columns):
            raise SourceRefuses(_("Two columns have the same name. Give each a name of its own in the SELECT."))
        return columns, [list(row) for row in result]

    def _streamed(self, statement: str, values: dict[str, Any]) -> "sqlalchemy.CursorResult[Any]":
        streaming = self._connection.execution_options(stream_results=True, max_row_buffer=PORTION)
        return streaming.exec_driver_sql(statement, values or {"since": None})


def checked_select(query: str, dialect: Dialect) -> str:
    """
    Return one SELECT, ready to be a part of another statement.

    :raises SourceRefuses: for anything else
    """
    text = query.strip().rstrip(";").strip()
    try:
        (statement,) = sqlglot.parse(text, read=GRAMMARS[dialect])
    except (sqlglot.ParseError, sqlglot.TokenError, ValueError) as error:
        raise SourceRefuses(_("This is not one SELECT. Write a single one, without a semicolon.")) from error
    if not isinstance(statement, expressions.Query) or statement.find(expressions.Into, expressions.DML):
        raise SourceRefuses(_("Only a SELECT can be read: nothing is ever written there."))
    return text.replace("%", "%%") + "\n"


def _to_postgresql(place: Place) -> "psycopg.Connection[Any]":
    where = place.where
    addresses = checked_addresses(where["host"], int(where["port"]), private_hosts=place.private_hosts)
    connection = psycopg.connect(
        host=where["host"],
        hostaddr=addresses[0],
        port=int(where["port"]),
        dbname=where["database"],
        user=where["user"],
        password=place.secrets.get("password", ""),
        sslmode=PG_ENCRYPTION[Encryption(where["encryption"])],
        sslrootcert="system" if where["encryption"] == Encryption.VERIFIED else None,
        connect_timeout=CONNECT_SECONDS,
        application_name="dangol",
        options=f"-c default_transaction_read_only=on -c statement_timeout={STATEMENT_SECONDS * 1000}",
    )
    connection.read_only = True
    return connection


def _to_mariadb(place: Place) -> "pymysql.Connection[Any]":
    where = place.where
    connection = pymysql.connect(
        host=where["host"],
        port=int(where["port"]),
        database=where["database"],
        user=where["user"],
        password=place.secrets.get("password", ""),
        ssl=_tls(Encryption(where["encryption"])),
        charset="utf8mb4",
        read_timeout=STATEMENT_SECONDS,
        local_infile=False,
        init_command="SET SESSION TRANSACTION READ ONLY",
        defer_connect=True,
    )
    connection.connect(
        connected(where["host"], int(where["port"]), timeout=CONNECT_SECONDS, private_hosts=place.private_hosts)
    )
    return connection


def _tls(encryption: Encryption) -> ssl.SSLContext | None:
    if encryption is Encryption.NONE:
        return None
    context = ssl.create_default_context()
    if encryption is Encryption.UNVERIFIED:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
