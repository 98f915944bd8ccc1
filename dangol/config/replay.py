"""`python -m dangol replay`: what follows from stored events, made anew."""

import argparse
import sys
from datetime import UTC, datetime, time, timedelta

from django.utils import timezone

from dangol.tracking.operations import replay_events
from dangol.workspaces.queries import all_workspaces


def replay(options: argparse.Namespace) -> None:
    """Replay these days in every workspace, or in the one whose slug was given."""
    since = datetime.combine(options.since, time(), UTC)
    until = datetime.combine(options.until, time(), UTC) + timedelta(days=1)
    for workspace in all_workspaces():
        if options.workspace in ("", workspace.slug):
            done = 0
            for done in replay_events(workspace_id=workspace.pk, since=since, until=until, now=timezone.now()):
                sys.stderr.write(f"{workspace.slug}: {done} people so far\n")
            sys.stdout.write(f"{workspace.slug}: {done} people\n")
