"""Makers of sources and of the systems behind them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import time
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from dangol.integrations.data_sources import operations
from dangol.integrations.data_sources.enums import Kind, Load, Rhythm
from dangol.integrations.data_sources.models import Run, Source
from dangol.workspaces.models import Member, Workspace
from tests import databases
from tests.factories import NOW

PASSWORD = "s3cret-horse-battery"


def make_source(
    member: Member,
    kind: Kind,
    place: Mapping[str, Any],
    content: Mapping[str, Any],
    *,
    name: str = "본점 회원",
    subject: str = "people",
    secrets: Mapping[str, str] | None = None,
    mapping: Mapping[str, str] | None = None,
    cursor_column: str = "",
    load: Load | None = None,
    is_private_allowed: bool = True,
    on_duplicate: str = "update",
) -> Source:
    """Set a source up as the pages do, step by step, in a house that speaks English: what a run says is kept."""
    Workspace.objects.filter(pk=member.workspace_id).update(language="en")
    source = operations.create_source(member=member, name=name, kind=kind, subject=subject, now=NOW)
    operations.save_place(
        source=source, member=member, name=name, place=place, secrets=secrets or {"password": PASSWORD},
        is_private_allowed=is_private_allowed, now=NOW,
    )  # fmt: skip
    operations.try_connection(source=source)
    sample = operations.save_content(source=source, member=member, content=content, now=NOW)
    chosen = operations.suggestion(source, sample) | dict(mapping or {})
    operations.save_mapping(
        source=source, member=member, sample=sample, mapping=chosen, on_duplicate=on_duplicate, now=NOW
    )
    return operations.save_schedule(
        source=source, member=member, load=load or (Load.INCREMENTAL if cursor_column else Load.FULL),
        cursor_column=cursor_column, rhythm=Rhythm.HOURS, every=2, daily_at=time(4), now=NOW,
    )  # fmt: skip


def read(source: Source, member: Member) -> Run:
    """Read a source once, here and now, and return what the run says."""
    source.refresh_from_db()
    run = operations.run_now(source=source, member=member, now=NOW)
    operations.run_source(workspace_id=source.workspace_id, run_id=run.pk)
    run.refresh_from_db()
    source.refresh_from_db()
    return run


def counts(run: Run) -> tuple[int, int, int, int]:
    """Rows read, people created, people updated, rows refused."""
    return run.read_count, run.created_count, run.updated_count, run.rejected_count


@contextmanager
def foreign_database(name: str) -> Iterator[tuple[dict[str, Any], "psycopg.Connection[Any]"]]:
    """Make a database of somebody else in the test cluster; yield its place, and a connection of its owner."""
    parts = urlsplit(databases.cluster_url())
    reader = sql.Identifier(f"{name}_reader")
    with psycopg.connect(databases.cluster_url(), autocommit=True) as cluster:
        cluster.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        cluster.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(reader))
        cluster.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(reader, sql.Literal(PASSWORD)))
        cluster.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
    place = {
        "dialect": "postgresql", "host": parts.hostname, "port": parts.port, "database": name,
        "user": f"{name}_reader", "encryption": "none",
    }  # fmt: skip
    try:
        with psycopg.connect(databases.cluster_url(), dbname=name, autocommit=True) as owner:
            owner.execute(
                sql.SQL("ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {}").format(reader)
            )
            yield place, owner
    finally:
        databases.drop(name)
        with psycopg.connect(databases.cluster_url(), autocommit=True) as cluster:
            cluster.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(reader))
