"""The end of what a law kept of people who were erased."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from dangol.customers.contracts import Keep, PersonTable, person_tables
from dangol.customers.enums import RequestState, RightKind
from dangol.customers.models import Person, RightsRequest
from dangol.customers.operations.rights.erasure import ERASED
from dangol.kit import tenancy
from dangol.kit.authorship import erasing
from dangol.kit.jobs import job

ENDED = "ended"
"""The rule of a line in a report: it was kept, and its years are over."""

OVER = """
DELETE FROM "{table}" AS kept USING customers_person AS nameless
WHERE kept.workspace_id = %(workspace)s AND nameless.workspace_id = %(workspace)s
    AND nameless.id = kept."{column}" AND nameless.id = ANY(%(ids)s)
    AND {since} <= %(now)s::timestamptz - make_interval(years => {years})
"""

NOTHING_LEFT = """
DELETE FROM customers_person AS nameless WHERE workspace_id = %(workspace)s AND id = ANY(%(ids)s) {without}
"""
WITHOUT = """
    AND NOT EXISTS (
        SELECT FROM "{table}" AS kept WHERE kept.workspace_id = %(workspace)s AND kept."{column}" = nameless.id
    )"""


@job(queue="rights")
def end_keeping(*, workspace_id: UUID) -> None:
    """
    Delete what a law kept of erased people once its years are over, then the row without a name that held it.

    The report of the erasure says so from then on. Runs daily; idempotent.
    """
    now = timezone.now()
    with transaction.atomic(), erasing(), tenancy.open_trash():
        nameless = Person.objects.filter(workspace_id=workspace_id, origin=ERASED, deleted_at__isnull=False)
        ids = list(nameless.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
        if ids:
            _delete(workspace_id, ids, now)
    _report(workspace_id, now)


def _delete(workspace_id: UUID, ids: Sequence[UUID], now: datetime) -> None:
    values: dict[str, Any] = {"workspace": workspace_id, "ids": list(ids), "now": now}
    kept = [(table, table.on_erasure) for table in person_tables() if isinstance(table.on_erasure, Keep)]
    without = "".join(WITHOUT.format(table=table.table, column=table.column) for table, _rule in kept)
    with connection.cursor() as cursor:
        for table, rule in kept:
            names = {"table": table.table, "column": table.column, "years": rule.years, "since": _since(table, rule)}
            cursor.execute(OVER.format(**names), values)
        cursor.execute(NOTHING_LEFT.format(without=without), values)


def _since(table: PersonTable, rule: Keep) -> str:
    """Return from when the years count, as SQL. The nameless row is as old as the erasure."""
    return f'kept."{table.column_of(rule.since)}"' if rule.since else "nameless.created_at"


def _report(workspace_id: UUID, now: datetime) -> None:
    """Say in the reports whose years are all over that nothing is kept any more."""
    done = RightsRequest.objects.filter(workspace_id=workspace_id, kind=RightKind.ERASURE, state=RequestState.DONE)
    today = now.date().isoformat()
    for request in done.filter(results__contains=[{"rule": "kept"}]):
        lines = [line | {"rule": ENDED} if _is_over(line, today) else line for line in request.results]
        if lines != request.results:
            RightsRequest.objects.filter(workspace_id=workspace_id, pk=request.pk).update(results=lines)


def _is_over(line: dict[str, Any], today: str) -> bool:
    until: str = line.get("until", "")
    return line["rule"] == "kept" and "" < until <= today
