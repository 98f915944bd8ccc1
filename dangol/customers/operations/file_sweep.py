"""Files of fields that nothing refers to any more: replaced, taken out, or left over."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from dangol.kit import tenancy
from dangol.kit.jobs import job

UNTOUCHED = timedelta(days=1)
KEPT_BY_HISTORY = timedelta(days=30)
AT_ONCE = 1000

# A file belongs to one row. Who was merged into it may still hold the file, and the merge remembers both as they were.
ORPHANS = """
WITH RECURSIVE merged AS (
    SELECT coalesce(kept_person_id, kept_company_id) AS kept, coalesce(merged_person_id, merged_company_id) AS loser,
        before, merged_before
    FROM customers_merge WHERE workspace_id = %(workspace)s
), owner AS (
    SELECT f.id AS file, coalesce(f.person_id, f.company_id, f.record_id) AS id
    FROM customers_fieldfile f WHERE f.workspace_id = %(workspace)s AND f.created_at < %(untouched)s
    UNION
    SELECT owner.file, merged.loser FROM owner JOIN merged ON merged.kept = owner.id
), held AS (
    SELECT owner.file, line.fields FROM owner
    JOIN customers_person line ON line.workspace_id = %(workspace)s AND line.id = owner.id
    UNION ALL
    SELECT owner.file, line.fields FROM owner
    JOIN customers_company line ON line.workspace_id = %(workspace)s AND line.id = owner.id
    UNION ALL
    SELECT owner.file, line.fields FROM owner
    JOIN customers_customrecord line ON line.workspace_id = %(workspace)s AND line.id = owner.id
    UNION ALL
    SELECT owner.file, said.told FROM owner
    JOIN customers_telling said ON said.workspace_id = %(workspace)s AND said.person_id = owner.id
    UNION ALL
    SELECT owner.file, said.told FROM owner
    JOIN customers_telling said ON said.workspace_id = %(workspace)s AND said.person_id IS NULL
        AND said.company_id = owner.id
    UNION ALL
    SELECT owner.file, past.fields FROM owner
    JOIN customers_change line ON line.workspace_id = %(workspace)s AND line.about_id = owner.id
        AND line.at >= %(remembered)s
    CROSS JOIN LATERAL (VALUES (line.before -> 'fields'), (line.after -> 'fields')) AS past(fields)
    UNION ALL
    SELECT owner.file, past.fields FROM owner JOIN merged ON merged.kept = owner.id
    CROSS JOIN LATERAL (VALUES (merged.before -> 'fields'), (merged.merged_before -> 'fields')) AS past(fields)
), used AS (
    SELECT held.file FROM held, jsonb_each(held.fields) AS one WHERE one.value ->> 'file' = held.file::text
)
SELECT DISTINCT file FROM owner WHERE file NOT IN (SELECT file FROM used) LIMIT %(most)s
"""

SWEEP = "DELETE FROM customers_fieldfile WHERE workspace_id = %s AND id = ANY(%s)"


@job(queue="fields")
def sweep_files(*, workspace_id: UUID) -> None:
    """
    Delete the files to which no row leads: none in use or in the trash, none merged, no history of thirty days.

    Runs daily, some hundreds at a time. A file of today is left alone: its row may not be written yet. Idempotent.
    """
    now = timezone.now()
    values: dict[str, Any] = {
        "workspace": workspace_id, "untouched": now - UNTOUCHED, "remembered": now - KEPT_BY_HISTORY, "most": AT_ONCE
    }  # fmt: skip
    with tenancy.open_trash(), connection.cursor() as cursor:
        cursor.execute(ORPHANS, values)
        orphans = [file for (file,) in cursor.fetchall()]
        cursor.execute(SWEEP, [workspace_id, orphans])
