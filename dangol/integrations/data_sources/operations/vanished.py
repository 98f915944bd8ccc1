"""Which rows of a source that is loaded in full are no longer there. Nobody is deleted for it."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from dangol.customers.enums import sort_of
from dangol.customers.operations.imports.targets import KEYS
from dangol.integrations.data_sources.cells import text_of
from dangol.integrations.data_sources.models import Run, Source

SEE = """
INSERT INTO data_sources_seenrow (workspace_id, id, source_id, digest, run_id)
SELECT %(workspace)s, gen_random_uuid(), %(source)s, digest, %(run)s FROM unnest(%(digests)s::text[]) AS s(digest)
ON CONFLICT (workspace_id, source_id, digest) DO UPDATE SET run_id = excluded.run_id, gone_at = NULL
"""
MISS = """
UPDATE data_sources_seenrow SET gone_at = %(now)s
WHERE workspace_id = %(workspace)s AND source_id = %(source)s AND run_id <> %(run)s AND gone_at IS NULL
"""


def remember_rows(*, run: Run, source: Source, rows: Sequence[Sequence[object]]) -> None:
    """Note that these rows are there in this run. Twice changes nothing."""
    digests = sorted({digest for row in rows if (digest := _digest(source, row))})
    if digests:
        with connection.cursor() as cursor:
            told: dict[str, Any] = {
                "workspace": run.workspace_id,
                "source": source.pk,
                "run": run.pk,
                "digests": digests,
            }
            cursor.execute(SEE, told)


def count_vanished(*, run: Run, source: Source, now: datetime) -> int:
    """Mark the rows that an earlier run saw and this one did not, and return how many are missing since now."""
    with connection.cursor() as cursor:
        cursor.execute(MISS, {"workspace": run.workspace_id, "source": source.pk, "run": run.pk, "now": now})
        missing: int = cursor.rowcount
    return missing


def key_column(source: Source) -> str:
    """The column by which rows are recognised first; empty if none is mapped."""
    by_meaning = {meaning: name for name, meaning in source.mapping.items() if meaning}
    return next((by_meaning[meaning] for meaning in KEYS[sort_of(source.subject)] if meaning in by_meaning), "")


def _digest(source: Source, row: Sequence[object]) -> str:
    """A fingerprint of the first thing by which the row can be recognised; no name or address is kept."""
    by_meaning = {source.mapping.get(name, ""): text_of(row[at]) for at, name in enumerate(source.column_names)}
    for meaning in KEYS[sort_of(source.subject)]:
        if cell := by_meaning.get(meaning, "").strip():
            return digest_of_key(meaning, cell)
    return ""


def digest_of_key(meaning: str, cell: str) -> str:
    """Return the fingerprint of a customer number, an e-mail address or whatever else a row is recognised by."""
    return hashlib.blake2b(f"{meaning}:{cell.lower()}".encode(), digest_size=16).hexdigest()
