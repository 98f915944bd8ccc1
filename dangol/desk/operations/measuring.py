"""How much a workspace holds, measured every hour: too much to be counted whenever somebody asks."""

from datetime import datetime
from uuid import UUID

from django.db.models import Sum
from django.utils import timezone

from dangol.customers.models import FieldFile, Person
from dangol.kit.jobs import job
from dangol.segments.models import Segment
from dangol.tracking.models import LakeFile, Source
from dangol.workspaces.enums import Limited
from dangol.workspaces.models import Member, Use
from dangol.workspaces.operations import note_level

MEGABYTE = 1024 * 1024


@job()
def measure_levels(*, workspace_id: UUID) -> None:
    """Write down how much there is of everything that is limited by how much there is at a time."""
    _measure(workspace_id, timezone.now())


def measure_once(*, workspace_id: UUID, now: datetime) -> None:
    """Measure a workspace that was not measured yet: it is younger than an hour, or no worker ran."""
    if not Use.objects.filter(workspace_id=workspace_id, what=Limited.PEOPLE).exists():
        _measure(workspace_id, now)


def _measure(workspace_id: UUID, now: datetime) -> None:
    levels = {
        Limited.PEOPLE: Person.objects.filter(workspace_id=workspace_id).count(),
        Limited.MEMBERS: Member.objects.filter(workspace_id=workspace_id, ended_at=None).count(),
        Limited.SOURCES: Source.objects.filter(workspace_id=workspace_id, revoked_at=None).count(),
        Limited.SEGMENTS: Segment.objects.filter(workspace_id=workspace_id).count(),
        Limited.STORAGE: -(-_stored_bytes(workspace_id) // MEGABYTE),
    }
    for what, amount in levels.items():
        note_level(workspace_id=workspace_id, what=what, amount=amount, now=now)


def _stored_bytes(workspace_id: UUID) -> int:
    kept = [
        model.objects.filter(workspace_id=workspace_id).aggregate(size=Sum("size")) for model in (FieldFile, LakeFile)
    ]
    return sum(found["size"] or 0 for found in kept)
