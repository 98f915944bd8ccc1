"""What benchmarks of pages share: a member who is signed in, and the server's time for a page through all of Django."""

import gc
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from benchmarks.harness import Bench, percentile

if TYPE_CHECKING:
    from django.test import Client

    from dangol.workspaces.models import Member

PAGE_LIMIT = 100
"""Milliseconds that the server may need for 95 of 100 pages."""
WARM_UP = 3


def make_member() -> "Member":
    """Make the members of two workspaces, and return the marketer, who may see everybody of the first."""
    from django.db import transaction  # noqa: PLC0415 - Django is set up by now

    from dangol.kit import tenancy  # noqa: PLC0415 - Django is set up by now
    from tests.people import make_cast  # noqa: PLC0415 - Django is set up by now

    with transaction.atomic():
        cast = make_cast()
        tenancy.leave_workspace()
    return cast.marketer


def the_marketer() -> "Member":
    """Return the marketer of the house that the last run has filled."""
    from django.db import transaction  # noqa: PLC0415 - Django is set up by now

    from dangol.workspaces.models import User  # noqa: PLC0415 - Django is set up by now
    from dangol.workspaces.queries import places_of  # noqa: PLC0415 - Django is set up by now

    with transaction.atomic():
        return places_of(User.objects.get(email="marketer@example.com").pk)[0]


def signed_in(member: "Member") -> "Client":
    """Return a browser's stand-in that is signed in as this member."""
    from django.conf import settings  # noqa: PLC0415 - Django is set up by now
    from django.test import Client  # noqa: PLC0415 - Django is set up by now

    client = Client()
    client.force_login(member.user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def measure_pages(
    bench: Bench, client: "Client", label: str, paths: Sequence[str], *, people: int, limit: int = PAGE_LIMIT
) -> None:
    """Ask for each of these pages in turn, after a few that do not count, and report p95 against the limit."""
    for path in paths[:WARM_UP]:
        client.get(path)
    gc.freeze()  # as the web process does
    waits = []
    for path in paths:
        began = time.perf_counter()
        answer = client.get(path)
        waits.append(time.perf_counter() - began)
        assert answer.status_code == 200, (path, answer.status_code)
    bench.report(ours=percentile(waits, 95) * 1000, limit=limit, rows=people, waits=waits, label=label)
