"""`python -m dangol audit verify`: is the record of who did what still the one that was written?"""

import argparse
import sys
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from dangol.kit import tenancy
from dangol.kit.errors import OperationError
from dangol.workspaces.models import Workspace
from dangol.workspaces.queries import all_workspaces, head_of, tamperings


class RecordTamperedWith(OperationError):
    """The audit record is not the one that was written."""


def verify(options: argparse.Namespace) -> None:
    """
    Compare every entry with its seal, every seal with the one before, and the chains with the heads written down.

    :raises RecordTamperedWith: if anything differs; every difference is printed
    """
    places = all_workspaces().filter(slug=options.workspace) if options.workspace else all_workspaces()
    differences = sum(_verify(workspace, Path(options.heads or settings.AUDIT_ANCHORS)) for workspace in places)
    if differences:
        raise RecordTamperedWith(
            f"{differences} differences: the audit record is not the one that was written. / "
            f"감사 기록이 처음 기록된 내용과 {differences}곳에서 다릅니다."
        )


def heads_in(path: Path) -> dict[int, str]:
    """Read the heads that were written down for one workspace: lines of time, number and hash."""
    if not path.exists():
        return {}
    lines = (line.split() for line in path.read_text(encoding="ascii").splitlines())
    return {int(number): digest for _at, number, digest in lines}


def _verify(workspace: Workspace, folder: Path) -> int:
    heads = heads_in(folder / f"{workspace.pk}.txt")
    with tenancy.workspace(workspace.pk):
        found = 0
        for one in tamperings(workspace.pk, heads, timezone.now().date()):
            sys.stdout.write(f"{workspace.slug}: seal {one.seal}: {one.what}{f' ({one.entry})' if one.entry else ''}\n")
            found += 1
        head = head_of(workspace.pk)
    if not found:
        sys.stdout.write(f"{workspace.slug}: whole, {head.number if head else 0} seals, {len(heads)} heads compared\n")
    return found
