"""With the worker running, people leave a segment by the clock alone, and whoever is built on it follows."""

import time
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from dangol.kit import tenancy
from dangol.segments import operations
from dangol.segments.models import SegmentMember
from tests.e2e.conftest import Site
from tests.factories import make_person
from tests.segments.rows import did, event, group

pytestmark = pytest.mark.browser

PATIENCE = 60.0


def wait_until(holds: Callable[[], bool], workspace_id: UUID) -> None:
    """Look again and again; fail after a minute."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with tenancy.workspace(workspace_id):
            if holds():
                return
        time.sleep(0.05)
    pytest.fail("It did not happen within a minute.")


def test_the_clock_alone_moves_people(site: Site) -> None:
    cast, now = site.cast, timezone.now()
    with tenancy.workspace(cast.workspace.pk):
        person = make_person(cast.jieun, name="하늘", email="haneul@example.com")
        did(person, "Visited", now - timedelta(days=10) + timedelta(seconds=15))
        visited = operations.create_segment(
            by=cast.marketer, name="방문", definition=event("Visited", days=10), now=now
        )
        without = group("not", {"kind": "segment", "segment": str(visited.pk)})
        gone = operations.create_segment(by=cast.marketer, name="뜸함", definition=without, now=now)

        for segment in (visited, gone):
            operations.compute_membership(workspace_id=cast.workspace.pk, segment_id=segment.pk, version=1, now=now)

    def is_in(segment_id: UUID) -> bool:
        return SegmentMember.objects.filter(segment_id=segment_id, person=person).exists()

    with tenancy.workspace(cast.workspace.pk):
        assert (is_in(visited.pk), is_in(gone.pk)) == (True, False)
    site.start_worker()
    wait_until(lambda: is_in(gone.pk) and not is_in(visited.pk), cast.workspace.pk)
    assert timezone.now() >= now + timedelta(seconds=15)
