"""Every tenant table is walled in: read from the catalogue, so that a new table is covered by itself."""

from typing import Any

import pytest
from django.db import connection

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

EXTRA_POLICIES = {
    ("tracking_source", "by_key"),
    ("short_links_shortlink", "by_code"),
    ("webhooks_webhook", "by_address"),
    ("workspaces_apikey", "by_key"),
    ("workspaces_member", "own_memberships"),
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


def test_every_tenant_table_forces_row_level_security() -> None:
    forced = rows("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
    assert tenant_tables() - {name for (name,) in forced} == set()


def test_every_tenant_table_has_the_tenant_policy_and_no_unknown_other() -> None:
    policies = set(rows("SELECT tablename, policyname FROM pg_policies"))
    assert policies == {(table, "tenant") for table in tenant_tables()} | EXTRA_POLICIES


def test_no_foreign_key_can_point_into_another_workspace() -> None:
    links = rows(
        """
        SELECT conrelid::regclass::text, conname FROM pg_constraint
        WHERE contype = 'f' AND cardinality(conkey) = 1
        """
    )
    targets = dict(rows("SELECT conname, confrelid::regclass::text FROM pg_constraint WHERE contype = 'f'"))
    assert [(table, name) for table, name in links if targets[name] in tenant_tables()] == []


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
