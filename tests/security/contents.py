"""What a workspace holds: as one number for each table, or word for word."""

from uuid import UUID

from django.db import connection

from dangol.kit import tenancy

TABLES = """
SELECT relname FROM pg_class WHERE relrowsecurity AND relkind IN ('r', 'p') AND NOT relispartition
    AND relname NOT LIKE 'workspaces\\_audit%' ORDER BY 1
"""
SUM = "SELECT count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)), 0) FROM {} t WHERE workspace_id = %s"


ROWS = "SELECT coalesce(string_agg(t::text, ' '), '') FROM {} t WHERE workspace_id = %s"


def contents(workspace_id: UUID) -> dict[str, str]:
    """Return a check sum of each table's rows of the workspace, trash included, without the audit record."""
    return _of_each_table(SUM, workspace_id)


def texts(workspace_id: UUID) -> str:
    """Return all that the rows of those tables say."""
    return "\n".join(_of_each_table(ROWS, workspace_id).values())


def _of_each_table(query: str, workspace_id: UUID) -> dict[str, str]:
    with tenancy.workspace(workspace_id), tenancy.open_trash(), connection.cursor() as cursor:
        cursor.execute(TABLES)
        found = {}
        for (table,) in cursor.fetchall():
            cursor.execute(query.format(table), [workspace_id])
            found[table] = str(cursor.fetchone()[0])
    return found
