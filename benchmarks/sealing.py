"""
What sealing costs: the people list with and without a sealed value of everybody, and an event by a signed webhook.

The list is asked for in turns in two houses that differ in nothing else; the ratio is the one's median by the other's
and may be 1.15. So may that of all protection together: the house with sealed values by the one without them that has
neither walls nor an audit record. Of a webhook the ratio is the time for opening its secret by the time for taking the
event in: 0.15 at most. Times are in microseconds.
"""

import hashlib
import hmac
import time
from collections.abc import Callable
from contextlib import nullcontext
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.harness import Bench
from benchmarks.pages import signed_in
from benchmarks.unprotected import unprotected

if TYPE_CHECKING:
    from dangol.integrations.webhooks.models import Webhook
    from tests.people import Cast

PEOPLE = 2_000
TURNS = 100
EVENTS = 500
SECRET = "what-the-shop-shows"  # noqa: S105 - of a shop that does not exist
MICROSECONDS = 1_000_000


def run(bench: Bench) -> None:
    """Fill two houses, then ask for their lists and take events in."""
    from django.db import transaction  # noqa: PLC0415 - Django is set up by now

    from dangol.kit import tenancy  # noqa: PLC0415 - as above
    from tests.people import make_cast  # noqa: PLC0415 - as above

    with transaction.atomic():
        cast = make_cast()
        tenancy.leave_workspace()
    size = bench.sized(PEOPLE, least=60)
    _fill(cast, size)
    _measure_lists(bench, cast, size)
    _measure_webhook(bench, cast)


def _measure_lists(bench: Bench, cast: "Cast", size: int) -> None:
    sealed, unsealed = signed_in(cast.admin), signed_in(cast.lee)
    ways = ((sealed, False), (unsealed, False), (unsealed, True))
    waits: tuple[list[float], ...] = ([], [], [])
    for _turn in range(bench.sized(TURNS, least=20)):
        for (client, is_bare), told in zip(ways, waits, strict=True):
            with unprotected(bench) if is_bare else nullcontext():
                client.get("/people/")  # connects
                told.append(_timed(lambda client=client: client.get("/people/").status_code == 200))  # type: ignore[misc] # bound now
    ours, without_values, bare = (median(told) * MICROSECONDS for told in waits)
    bench.report(ours=ours, limit=without_values, rows=size, waits=waits[0], label="people-list")
    bench.report(ours=ours, limit=bare, rows=size, waits=waits[0], label="all-protection")


def _fill(cast: "Cast", size: int) -> None:
    from dangol.customers.operations import define_sealed_field, keep_sealed_value  # noqa: PLC0415 - as above
    from dangol.kit import tenancy  # noqa: PLC0415 - as above
    from tests.factories import NOW, make_person  # noqa: PLC0415 - as above

    for member in (cast.admin, cast.lee):
        with tenancy.workspace(member.workspace_id):
            people = [make_person(member, email=f"person{number}@example.com") for number in range(size)]
            if member is cast.admin:
                field = define_sealed_field(member=member, label="Passport", help_text="", is_unique=True, now=NOW)
                for number, person in enumerate(people):
                    keep_sealed_value(person=person, field=field, text=f"M{number}", member=member, now=NOW)


def _measure_webhook(bench: Bench, cast: "Cast") -> None:
    from dangol.kit import tenancy  # noqa: PLC0415 - as above
    from dangol.kit.sealed_columns import opened  # noqa: PLC0415 - as above

    webhook, events = _webhook(cast), bench.sized(EVENTS, least=50)
    opening, taking = [], []
    for number in range(events):
        opening.append(_timed(lambda: opened(webhook, "secret") == SECRET))
        with tenancy.workspace(cast.workspace.pk):
            taking.append(_timed(lambda: _take(webhook, number)))  # noqa: B023 - called at once
    ours, limit = median(opening) * MICROSECONDS, median(taking) * MICROSECONDS
    bench.report(ours=ours, limit=limit, rows=events, waits=taking, label="webhook")


def _webhook(cast: "Cast") -> "Webhook":
    from dangol.integrations.webhooks.operations import set_up_webhook  # noqa: PLC0415 - as above
    from dangol.kit import tenancy  # noqa: PLC0415 - as above
    from dangol.tracking.operations import create_source  # noqa: PLC0415 - as above
    from tests.factories import NOW  # noqa: PLC0415 - as above

    with tenancy.workspace(cast.workspace.pk):
        source, _key = create_source(member=cast.admin, name="Shop", kind="webhooks", now=NOW)
        return set_up_webhook(
            source=source, scheme="header", secret=SECRET, signature_header="X-Signature", member=cast.admin, now=NOW
        )


def _take(webhook: "Webhook", number: int) -> bool:
    from dangol.integrations.webhooks.operations import take_webhook  # noqa: PLC0415 - as above
    from tests.factories import NOW  # noqa: PLC0415 - as above

    body = b'{"order": %d}' % number
    headers = {
        "X-Signature": hmac.digest(SECRET.encode(), body, hashlib.sha256).hex(),
        "Content-Type": "application/json",
    }
    take_webhook(webhook=webhook, headers=headers, body=body, now=NOW)
    return True


def _timed(work: Callable[[], bool]) -> float:
    began = time.perf_counter()
    assert work()
    return time.perf_counter() - began
