"""
The database and its two roles: the owner, who migrates, and the runtime role, which row-level security walls in.

The same steps serve the embedded cluster and an outside PostgreSQL.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from dangol.config import database_refusals as refusals
from dangol.kit.embedded_postgres import EmbeddedPostgres
from dangol.kit.private_files import write_private

OLDEST_SERVER = 150000
OWNER = "dangol_owner"
RUNTIME = "dangol_runtime"
DATABASE = "dangol"

PRIVILEGES = (
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {}",
    "GRANT USAGE ON SCHEMA public TO {}",
)


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """Where the database is, for each of its two roles."""

    runtime: str
    owner: str

    def write(self, data: Path) -> None:
        """Keep both in the data directory, for commands that run without the supervisor."""
        write_private(data / "database.json", json.dumps({"runtime": self.runtime, "owner": self.owner}, indent=2))


def prepare_embedded(cluster: EmbeddedPostgres, *, secrets: dict[str, str]) -> Addresses:
    """Make the roles and the database inside our own running cluster, once."""
    owner_secret, runtime_secret = secrets["DANGOL_OWNER_PASSWORD"], secrets["DANGOL_RUNTIME_PASSWORD"]
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        for role, secret in ((OWNER, owner_secret), (RUNTIME, runtime_secret)):
            if not _exists(connection, "pg_roles", "rolname", role):
                _create_role(connection, role, secret)
        if not _exists(connection, "pg_database", "datname", DATABASE):
            statement = sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER))
            connection.execute(statement)
            connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(DATABASE)))
        connection.execute(_grant_connect(DATABASE, RUNTIME))
    addresses = Addresses(
        runtime=cluster.url(DATABASE, user=RUNTIME, password=runtime_secret),
        owner=cluster.url(DATABASE, user=OWNER, password=owner_secret),
    )
    _grant_defaults(addresses.owner, RUNTIME)
    return addresses


def prepare_outside(url: str, *, runtime_url: str | None, secrets: dict[str, str]) -> Addresses:
    """
    Check a PostgreSQL of the operator's and make the runtime role in it if it is missing.

    :param url: `DATABASE_URL`, of a role that may own tables
    :param runtime_url: `DATABASE_RUNTIME_URL`, when the operator made the runtime role
    :raises UnableToStart: unreachable, older than 15, or a runtime role that we may not make or cannot use
    """
    with reached(url) as connection:
        if connection.info.server_version < OLDEST_SERVER:
            raise refusals.too_old(connection.info.server_version)
        if runtime_url:
            role = unquote(urlsplit(runtime_url).username or "")
        else:
            role = f"{connection.info.dbname}_runtime"
            runtime_url = _with_role(url, role, secrets["DANGOL_RUNTIME_PASSWORD"])
            if not _exists(connection, "pg_roles", "rolname", role):
                _create_runtime_role(connection, role, secrets["DANGOL_RUNTIME_PASSWORD"])
        _grant_defaults(url, role)
    return Addresses(runtime=runtime_url, owner=url)


def refuse_open_walls(url: str) -> None:
    """
    Refuse to serve customers with a role that row-level security does not hold back.

    :raises UnableToStart: unreachable, superuser, BYPASSRLS, CREATEROLE, or owner of tables (also by membership)
    """
    with reached(url) as connection:
        row = connection.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolname FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        owned = connection.execute(
            "SELECT count(*) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace "
            "WHERE relkind IN ('r', 'p') AND nspname = 'public' AND pg_has_role(current_user, relowner, 'MEMBER')"
        ).fetchone()
    superuser, bypasses, creates_roles, role = row or (True, True, True, "?")
    reasons = [
        words
        for holds, words in (
            (superuser, "SUPERUSER"),
            (bypasses, "BYPASSRLS"),
            (creates_roles, "CREATEROLE"),
            (owned and owned[0] and not superuser, "owner"),
        )
        if holds
    ]
    if reasons:
        raise refusals.open_walls(str(role), reasons)


@contextmanager
def reached(url: str) -> Iterator[psycopg.Connection[Any]]:
    """
    Connect, or say in one sentence that nothing answers.

    :raises UnableToStart: if the server cannot be reached or refuses us
    """
    try:
        connection = psycopg.connect(url, autocommit=True, connect_timeout=10)
    except (psycopg.OperationalError, psycopg.ProgrammingError) as problem:
        raise refusals.unreachable(url, problem) from problem
    with connection:
        yield connection


def _create_runtime_role(connection: psycopg.Connection[Any], role: str, secret: str) -> None:
    try:
        _create_role(connection, role, secret)
        connection.execute(_grant_connect(connection.info.dbname, role))
    except psycopg.errors.InsufficientPrivilege as problem:
        raise refusals.may_not_create_role(role, connection.info.dbname) from problem


def _create_role(connection: psycopg.Connection[Any], role: str, secret: str) -> None:
    statement = "CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB PASSWORD {}"
    connection.execute(sql.SQL(statement).format(sql.Identifier(role), sql.Literal(secret)))


def _grant_connect(database: str, role: str) -> sql.Composed:
    grant = sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}")
    return grant.format(sql.Identifier(database), sql.Identifier(role))


def _grant_defaults(owner_url: str, role: str) -> None:
    """Whatever the owner makes from now on, the runtime role may read and write, inside its walls."""
    with reached(owner_url) as connection:
        for statement in PRIVILEGES:
            connection.execute(sql.SQL(statement).format(sql.Identifier(role)))


def _exists(connection: psycopg.Connection[Any], catalogue: str, column: str, name: str) -> bool:
    query = sql.SQL("SELECT 1 FROM {} WHERE {} = %s").format(sql.Identifier(catalogue), sql.Identifier(column))
    return connection.execute(query, [name]).fetchone() is not None


def _with_role(url: str, role: str, secret: str) -> str:
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    who = f"{quote(role, safe='')}:{quote(secret, safe='')}"
    return urlunsplit((parts.scheme, f"{who}@{place}", parts.path, parts.query, parts.fragment))
