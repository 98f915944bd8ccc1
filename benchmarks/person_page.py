"""
The page of one person among 100,000: p95 of the server's time in milliseconds, through the whole Django stack, against
the 100 it may take.

First line: how many people a second the nightly job scores. Then pages: `any` visits people at random; `longest` visits
those with the longest stories, on their first page and on a later one.
"""

import random
import time
from typing import TYPE_CHECKING
from uuid import UUID

from benchmarks import shop
from benchmarks.harness import Bench
from benchmarks.pages import make_member, measure_pages, signed_in

if TYPE_CHECKING:
    from django.test import Client

    from dangol.workspaces.models import Member

VISITS = 100
NIGHTLY_LIMIT = 1000
"""People a second: a million of them in a quarter of an hour."""


def run(bench: Bench) -> None:
    """Fill the house, then visit people."""
    member = make_member()
    size = shop.town(bench)
    shop.open_shop(bench, member.workspace_id, size)
    _measure_night(bench, member, size.people)
    client = signed_in(member)
    anybody, longest = _chosen(member, bench.seed)
    for label, paths in {
        "any": [f"/people/{person_id}/" for person_id in anybody],
        "longest": [f"/people/{person_id}/" for person_id in longest],
        "later": [_later(client, person_id) for person_id in longest],
    }.items():
        measure_pages(bench, client, label, paths, people=size.people)


def _measure_night(bench: Bench, member: "Member", people: int) -> None:
    from dangol.kit import tenancy  # noqa: PLC0415 - Django is set up by now
    from dangol.relations import operations  # noqa: PLC0415 - Django is set up by now

    began = time.perf_counter()
    with tenancy.workspace(member.workspace_id):
        operations.measure_everybody(workspace_id=member.workspace_id, now=shop.NOW)
    took = time.perf_counter() - began
    bench.report(ours=people / took, limit=NIGHTLY_LIMIT, rows=people, label="nightly-strength")
    shop.look_again(bench)


def _chosen(member: "Member", seed: int) -> tuple[list[UUID], list[UUID]]:
    """Return people at random, and those with the longest stories."""
    from django.db.models import Count  # noqa: PLC0415 - Django is set up by now

    from dangol.kit import tenancy  # noqa: PLC0415 - Django is set up by now
    from dangol.relations.models import StoryEntry  # noqa: PLC0415 - Django is set up by now

    with tenancy.workspace(member.workspace_id):
        stories = StoryEntry.objects.values("person_id").annotate(length=Count("id")).order_by("-length", "person_id")
        ids = list(stories.values_list("person_id", flat=True))
    return random.Random(seed).sample(ids, VISITS), ids[:VISITS]


def _later(client: "Client", person_id: UUID) -> str:
    """Return the address of the second page of a story, or of the first where there is no second."""
    path = f"/people/{person_id}/"
    _before, found, rest = client.get(path).content.decode().partition("?after=")
    return f"{path}?after={rest.split('#')[0]}" if found else path
