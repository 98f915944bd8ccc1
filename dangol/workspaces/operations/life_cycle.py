"""Suspending a workspace and taking it up again, and the accounts that are left when one is gone."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from dangol.facts import WorkspaceResumed, WorkspaceSuspended
from dangol.kit import bus, jobs, tenancy
from dangol.workspaces.models import Member, User, Workspace


def suspend(workspace: Workspace, *, now: datetime) -> None:
    """
    Let nobody in, people or programs; do no work, send no mail and take no events until it is resumed.

    Senders of events and webhooks are told to come again (503, 409) and keep what they have; jobs that come up are put
    aside. Opting out goes on: the law does not wait.
    """
    with tenancy.workspace(workspace.pk):
        if Workspace.objects.filter(pk=workspace.pk, suspended_at=None).update(suspended_at=now):
            bus.publish(WorkspaceSuspended(workspace_id=workspace.pk))


def resume(workspace: Workspace) -> None:
    """Let everything go on where it stopped."""
    with tenancy.workspace(workspace.pk):
        if Workspace.objects.filter(pk=workspace.pk, suspended_at__isnull=False).update(suspended_at=None):
            jobs.take_up(workspace.pk)
            bus.publish(WorkspaceResumed(workspace_id=workspace.pk))


def close_accounts(user_ids: Iterable[UUID]) -> int:
    """Delete the accounts of those who are members of no workspace any more; return how many."""
    closed = 0
    for user_id in user_ids:
        tenancy.enter_user(user_id)
        if not Member.objects.filter(user_id=user_id).exists():
            closed += User.objects.filter(pk=user_id).delete()[0] and 1
    return closed
