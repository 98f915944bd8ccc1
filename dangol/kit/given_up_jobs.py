"""
Jobs of one workspace that failed too often and wait for somebody, and how many others wait or run.

The queue's tables know no tenants: everything here asks for the workspace that is written in the job.
"""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, QuerySet
from procrastinate.contrib.django import app as procrastinate_app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import UniqueViolation

FAILED = "failed"


def given_up(workspace_id: UUID) -> QuerySet[ProcrastinateJob]:
    """Return the jobs that were given up, the newest first."""
    return _jobs_of(workspace_id).filter(status=FAILED).order_by("-id")


def count_by_state(workspace_id: UUID) -> dict[str, int]:
    """Return how many jobs there are in each state: todo, doing, failed."""
    counted: Any = _jobs_of(workspace_id).order_by().values_list("status").annotate(Count("id"))
    return dict(counted)


def try_again(job: ProcrastinateJob) -> bool:
    """Put a given-up job back into the queue. Return False if the same work waits there already; it is dropped then."""
    try:
        with transaction.atomic():
            procrastinate_app.job_manager.retry_job_by_id(job_id=job.pk, retry_at=datetime.now(UTC))
    except UniqueViolation:
        drop(job)
        return False
    return True


def drop(job: ProcrastinateJob) -> None:
    """Forget a given-up job."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s AND status = 'failed'", [job.pk])


def _jobs_of(workspace_id: UUID) -> QuerySet[ProcrastinateJob]:
    return ProcrastinateJob.objects.filter(args__workspace_id=str(workspace_id))
