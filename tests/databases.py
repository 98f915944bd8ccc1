"""
Scratch databases: one migrated template per state of the migrations, cloned for every test process.

`DANGOL_TEST_POSTGRES` names a cluster on which we may create roles and databases; `bin/test` starts one.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote, urlsplit

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
OWNER = ("dangol_test_owner", "owner")
RUNTIME = ("dangol_test_runtime", "runtime")


def cluster_url() -> str:
    """Return the superuser's address of the test cluster."""
    url = os.environ.get("DANGOL_TEST_POSTGRES")
    if not url:
        raise RuntimeError("DANGOL_TEST_POSTGRES is not set. Run the tests with bin/test.")
    return url


def url_of(role: tuple[str, str], database: str) -> str:
    """Return the address of a database for one of the two roles."""
    parts = urlsplit(cluster_url())
    host = quote(parts.hostname or "127.0.0.1", safe="")
    return f"postgresql://{role[0]}:{role[1]}@{host}:{parts.port or 5432}/{database}"


def template_name() -> str:
    """Return the name of the template that fits the migrations as they are now."""
    digest = hashlib.sha256()
    sources = [
        *ROOT.glob("dangol/*/migrations/*.py"),
        *ROOT.glob("dangol/integrations/*/migrations/*.py"),
        ROOT / "dangol/kit/tenant_models.py",
        ROOT / "dangol/kit/history.py",
        ROOT / "dangol/customers/name_keys.py",
        ROOT / "dangol/customers/search_index.py",
        ROOT / "requirements/run.txt",
    ]
    for path in sorted(sources):
        digest.update(path.read_bytes())
    return f"dangol_template_{digest.hexdigest()[:16]}"


def ensure_template() -> str:
    """Migrate the template unless another process did; only one process does it at a time."""
    name = template_name()
    with psycopg.connect(cluster_url(), autocommit=True) as connection:
        if _exists(connection, name):  # nobody waits here while other migrations than these are run
            return name
        connection.execute("SELECT pg_advisory_lock(74201)")
        _ensure_roles(connection)
        if not _exists(connection, name):
            _migrate(connection, name)
    return name


def _exists(connection: psycopg.Connection, name: str) -> bool:
    return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def clone(name: str) -> None:
    """Make a database from the template, dropping an older one of the same name."""
    template = ensure_template()
    with psycopg.connect(cluster_url(), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        connection.execute("SELECT pg_advisory_lock(74202)")
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(
                sql.Identifier(name), sql.Identifier(template), sql.Identifier(OWNER[0])
            )
        )


def migrate(name: str) -> None:
    """Bring a database to the migrations as they are now."""
    environment = os.environ | {"DANGOL_DB_ROLE": "owner", "DATABASE_OWNER_URL": url_of(OWNER, name)}
    command = [sys.executable, "manage.py", "migrate", "--skip-checks", "-v0", "--settings=tests.settings"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


def drop(name: str) -> None:
    """Remove a scratch database, whoever is connected."""
    with psycopg.connect(cluster_url(), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _ensure_roles(connection: psycopg.Connection) -> None:
    for (name, password), rights in ((OWNER, "CREATEDB"), (RUNTIME, "")):
        if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone() is None:
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN {} PASSWORD {}").format(
                    sql.Identifier(name), sql.SQL(rights), sql.Literal(password)
                )
            )


def _migrate(connection: psycopg.Connection, name: str) -> None:
    building = f"{name}_building"
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(building)))
    connection.execute(
        sql.SQL(
            "CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'"
        ).format(sql.Identifier(building), sql.Identifier(OWNER[0]))
    )
    with psycopg.connect(url_of(OWNER, building), autocommit=True) as owner:
        runtime = sql.Identifier(RUNTIME[0])
        rights = "ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {}"
        owner.execute(sql.SQL(rights).format(runtime))
        owner.execute(sql.SQL("ALTER DEFAULT PRIVILEGES GRANT USAGE, SELECT ON SEQUENCES TO {}").format(runtime))
    migrate(building)
    connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(building), sql.Identifier(name)))
