"""Every tenant table is walled in: read from the catalogue, so that a new table is covered by itself."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from dangol.kit import tenancy
from tests.people import Cast

pytestmark = pytest.mark.django_db

WITHOUT_WALLS = {
    "account_emailaddress",
    "account_emailconfirmation",
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "django_content_type",
    "django_migrations",
    "mfa_authenticator",
    "procrastinate_events",
    "procrastinate_jobs",
    "procrastinate_periodic_defers",
    "procrastinate_workers",
    "shared_memory",
    "workspaces_databaselife",
    "workspaces_session",
    "workspaces_user",
    "workspaces_workspace",
}
"""Tables of sign-in, queues and the directory of workspaces: none holds a customer."""

WRITTEN_BELOW = {
    "customers_change",
    "customers_companytocompare",
    "customers_fieldvalue",
    "customers_searchkey",
    "customers_searchpiece",
    "customers_searchtail",
    "customers_tocompare",
    "tracking_daily_count",
    "tracking_event",
    "tracking_hourly_count",
    "tracking_inbox",
    "tracking_lake_change",
    "tracking_seen",
}
"""
Tables without a link: triggers write them from rows that are tied, the inbox does for a key's workspace, and a count
stands beside events whose person is tied.
"""

UNIQUE_EVERYWHERE = {
    "short_links_shortlink_code_key",
    "tracking_source_key_digest_key",
    "webhooks_webhook_address_key",
    "workspaces_apikey_key_digest_key",
}
"""Digests of secrets and random addresses, which are looked up before anybody knows the workspace."""

EXTRA_POLICIES = {
    ("tracking_source", "by_key"),
    ("short_links_shortlink", "by_code"),
    ("webhooks_webhook", "by_address"),
    ("workspaces_apikey", "by_key"),
    ("workspaces_member", "own_memberships"),
    ("workspaces_customrole", "own_places"),
    ("workspaces_elevation", "own_places"),
    ("workspaces_signinrules", "own_places"),
}


def rows(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def tenant_tables() -> set[str]:
    names = rows("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')")
    return {name for (name,) in names} - WITHOUT_WALLS


def test_only_known_tables_stand_outside_the_walls() -> None:
    have_workspace = rows(
        """
        SELECT relname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND attname = 'workspace_id'
        """
    )
    assert tenant_tables() == {name for (name,) in have_workspace}


@pytest.mark.shows("8.4.1", "AC-02")
def test_every_tenant_table_forces_row_level_security() -> None:
    forced = rows("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
    assert tenant_tables() - {name for (name,) in forced} == set()


@pytest.mark.shows("8.4.1")
def test_every_tenant_table_has_the_tenant_policy_and_no_unknown_other() -> None:
    policies = set(rows("SELECT tablename, policyname FROM pg_policies"))
    assert policies == {(table, "tenant") for table in tenant_tables()} | EXTRA_POLICIES


@pytest.mark.shows("8.4.1")
def test_no_foreign_key_can_point_into_another_workspace() -> None:
    links = rows(
        """
        SELECT conrelid::regclass::text, conname FROM pg_constraint
        WHERE contype = 'f' AND cardinality(conkey) = 1
        """
    )
    targets = dict(rows("SELECT conname, confrelid::regclass::text FROM pg_constraint WHERE contype = 'f'"))
    assert [(table, name) for table, name in links if targets[name] in tenant_tables()] == []


@pytest.mark.shows("AC-02")
def test_the_runtime_role_is_walled_in_itself() -> None:
    assert rows("SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user") == [
        (False, False, False)
    ]
    owned = rows("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole")
    assert owned == [(0,)]


def test_every_row_is_tied_to_its_workspace_once() -> None:
    """By a link of its own, or by a link that is never null to a row that is tied."""
    tied = rows(
        """
        SELECT DISTINCT c.conrelid::regclass::text FROM pg_constraint c
        WHERE c.contype = 'f' AND (
            c.confrelid = 'workspaces_workspace'::regclass OR (cardinality(c.conkey) = 2 AND NOT EXISTS (
                SELECT FROM pg_attribute a
                WHERE a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey) AND NOT a.attnotnull
            ))
        )
        """
    )
    assert tenant_tables() - {name for (name,) in tied} <= WRITTEN_BELOW


@pytest.mark.shows("8.4.1")
def test_every_unique_index_begins_with_the_workspace() -> None:
    """Else a workspace could learn from a refusal what another one keeps. Ids are random: nobody meets another's."""
    first = rows(
        """
        SELECT i.indrelid::regclass::text, i.indexrelid::regclass::text, a.attname
        FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
        JOIN pg_class c ON c.oid = i.indrelid AND c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
        WHERE i.indisunique AND NOT c.relispartition
        """
    )
    tables = tenant_tables()
    other = {index for table, index, column in first if table in tables and column not in ("workspace_id", "id")}
    assert other == UNIQUE_EVERYWHERE


@pytest.mark.shows("AC-02")
@pytest.mark.parametrize(
    "statement",
    [
        "COPY workspaces_user TO PROGRAM 'cat'",
        "COPY workspaces_user FROM '/etc/passwd'",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT lo_import('/etc/passwd')",
        "SELECT rolpassword FROM pg_authid",
        "CREATE EXTENSION dblink",
        "CREATE TABLE public.mine (id int)",
        "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE ROLE mine SUPERUSER",
        "ALTER ROLE CURRENT_USER BYPASSRLS",
        "ALTER TABLE customers_person DISABLE ROW LEVEL SECURITY",
        "DROP POLICY tenant ON customers_person",
        "SET session_replication_role = replica",
    ],
)
def test_the_runtime_role_may_do_nothing_but_work_with_rows(statement: str) -> None:
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"):
        rows(statement)


@pytest.mark.shows("AC-02")
def test_the_runtime_role_can_become_no_other_role() -> None:
    others = "SELECT rolname FROM pg_roles WHERE pg_has_role(current_user, oid, 'SET') AND rolname <> current_user"
    assert rows(others) == []


@pytest.mark.shows("8.4.1")
def test_without_a_workspace_every_table_is_empty(cast: Cast) -> None:
    """Even asked for all rows by a statement that names no workspace."""
    partitions = {name for (name,) in rows("SELECT relname FROM pg_class WHERE relispartition")}
    tables = tenant_tables() - partitions
    assert [table for table in tables if rows(f'SELECT EXISTS (SELECT FROM "{table}")') == [(True,)]] == []
    with tenancy.workspace(cast.workspace.pk):
        assert rows("SELECT count(*) FROM workspaces_member") == [(5,)]
        with transaction.atomic():
            rows("SELECT set_config('row_security', 'off', true)")
            with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
                rows("SELECT count(*) FROM workspaces_member")
            transaction.set_rollback(True)
