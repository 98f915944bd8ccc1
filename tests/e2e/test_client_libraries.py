"""
Client libraries of other people, unmodified, send through a bad network to the real product: stored = sent, once each.

Every library meets an error 500, a 429, connections cut before and after the commit, and `kill -9` of the web process
while a request is half there and while its answer is on the way.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from dangol.customers.enums import IdentityKind
from dangol.customers.models import Identity
from dangol.kit import tenancy
from dangol.tracking.models import DeadLetter, Event, Source
from dangol.tracking.operations import create_source, process_workspace
from tests.e2e.conftest import WEB, Site
from tests.e2e.faulty_proxy import Fault, FaultyProxy, faulty_proxy
from tools import client_libraries

pytestmark = pytest.mark.faults

FAULTS = (
    *(None, Fault.KILL_AFTER, None, Fault.KILL_BEFORE, None, Fault.ERROR, Fault.ERROR),
    *(None, Fault.BUSY, None, Fault.CUT_BEFORE, None, Fault.CUT_AFTER),
)
"""In the order of the requests; between faults one passes, so that no library runs out of attempts."""
PLANNED = sorted(fault for fault in FAULTS if fault)
GUESTS = 12
STARTED = datetime.now(UTC).replace(microsecond=0) - timedelta(days=3)
LONGEST_RUN = 180.0
Call = dict[str, Any]


@dataclass(frozen=True)
class Library:
    """A client library and the command that runs it."""

    name: str
    python_lock: str = ""
    module: str = ""

    def command(self, *, host: str, key: str) -> tuple[list[str], dict[str, str]]:
        folder = client_libraries.NODE_FOLDER
        if not self.python_lock:
            return [str(client_libraries.node()), str(folder / "send.mjs"), self.name, host, key], {}
        paths = {"PYTHONPATH": str(client_libraries.python_folder(self.python_lock))}
        return [sys.executable, str(folder / "send.py"), self.module, host, key], paths


LIBRARIES = (
    Library("segment-analytics-python", "client-libraries", "segment.analytics.client"),
    Library("rudder-sdk-python", "client-libraries", "rudderstack.analytics.client"),
    Library("customerio-cdp-analytics", "client-libraries", "customerio.analytics.client"),
    Library("analytics-python", "analytics-python", "analytics.client"),
    Library("@segment/analytics-node"),
    Library("@rudderstack/rudder-sdk-node"),
    Library("@customerio/cdp-analytics-node"),
)


@pytest.fixture(scope="session")
def installed() -> None:
    assert client_libraries.main() == 0


def test_every_library_arrives_whole_and_once_through_a_bad_network(site: Site, installed: None) -> None:
    keys = {library: make_source(site, library.name) for library in LIBRARIES}
    kills = {
        kill: Barrier(len(LIBRARIES), lambda: restart_web(site), LONGEST_RUN)
        for kill in (Fault.KILL_AFTER, Fault.KILL_BEFORE)
    }
    with ExitStack() as open_, ThreadPoolExecutor(len(LIBRARIES)) as running:
        proxies = {
            library: open_.enter_context(faulty_proxy(address_of(site), FAULTS, kill=lambda kill: kills[kill].wait()))
            for library in LIBRARIES
        }
        ran = [running.submit(send, library, proxies[library], keys[library]) for library in LIBRARIES]
        assert {run.result() for run in ran} == {""}
    assert {library.name: sorted(proxy.applied) for library, proxy in proxies.items()} == {
        library.name: PLANNED for library in LIBRARIES
    }
    workspace_id = site.cast.workspace.pk
    process_workspace(workspace_id)
    with tenancy.workspace(workspace_id):
        assert list(DeadLetter.objects.values_list("code", "detail")) == []
        for library in LIBRARIES:
            assert sorted(stored(library), key=str) == sorted(sent(library), key=str)
            assert people(library) == {f"{library.name}-{n}": f"{slug(library)}{n}@example.com" for n in range(GUESTS)}
        assert_times_are_kept()


def make_source(site: Site, name: str) -> str:
    with tenancy.workspace(site.cast.workspace.pk):
        _source, key = create_source(member=site.cast.admin, name=name, now=STARTED)
    connections.close_all()
    return key


def calls_of(library: Library) -> Iterator[Call]:
    """What the shop tells: visitors who look around, become known, order, and belong to a company."""
    for number in range(GUESTS):
        visitor = {"anonymousId": f"{library.name}-visitor-{number}"}
        guest = {"userId": f"{library.name}-{number}"}
        yield visitor | {"type": "page", "name": "Tea", "properties": {"path": f"/tea/{number}"}}
        yield visitor | {"type": "track", "event": "Product Viewed", "properties": {"sku": "차-1", "n": number}}
        traits = {"name": f"손님 {number}", "email": f"{slug(library)}{number}@example.com"}
        yield visitor | guest | {"type": "identify", "traits": traits}
        yield guest | {"type": "track", "event": "Tea Tasted", "properties": {"n": number, "notes": ["꽃", 1.5, None]}}
        yield guest | {"type": "group", "groupId": "teahouse", "traits": {"plan": "gold"}}
        yield guest | {"type": "screen", "name": "Home", "properties": {"n": number}}
    yield {"type": "alias", "previousId": f"{library.name}-old", "userId": f"{library.name}-0"}


def slug(library: Library) -> str:
    return library.name.strip("@").replace("/", ".")


def send(library: Library, proxy: FaultyProxy, key: str) -> str:
    """Run the library's program to its end; return what it complains about when it fails."""
    command, environment = library.command(host=proxy.address, key=key)
    calls = [
        call | {"timestamp": (STARTED + timedelta(seconds=n)).isoformat()} for n, call in enumerate(calls_of(library))
    ]
    ran = subprocess.run(
        command,
        input=json.dumps(calls).encode(),
        env=os.environ | environment,
        capture_output=True,
        timeout=LONGEST_RUN,
        check=False,
    )
    return f"{library.name}: {ran.stderr.decode()}" if ran.returncode else ""


def sent(library: Library) -> list[tuple[object, ...]]:
    """Name, visitor, person and properties of every call, as they have to be stored."""
    names = {"page": "Page Viewed", "screen": "Screen Viewed", "identify": "Identified", "alias": "Alias"}
    owner = ""
    expected: list[tuple[object, ...]] = []
    for call in calls_of(library):
        owner = call.get("userId", f"{library.name}-{call.get('anonymousId', '').rpartition('-')[2]}")
        name = call.get("event") or names.get(call["type"], "Company Joined")
        properties: Call = call.get("properties") or call.get("traits") or {}
        named = {"name": call["name"]} if "name" in call else {}
        expected.append((name, call.get("anonymousId", ""), owner, properties | named))
    return expected


def stored(library: Library) -> list[tuple[object, ...]]:
    source = Source.objects.get(name=library.name)
    owners: dict[UUID | None, str] = dict(
        Identity.objects.filter(kind=IdentityKind.EXTERNAL_ID)
        .exclude(value__endswith="-old")
        .values_list("person_id", "value")
    )
    events = list(Event.objects.filter(source_id=source.pk))
    assert len({event.message_id for event in events}) == len(events)
    return [(event.name, event.anonymous_id, owners[event.person_id], event.properties) for event in events]


def people(library: Library) -> dict[str, str]:
    found = Identity.objects.filter(kind=IdentityKind.EXTERNAL_ID, value__regex=f"^{library.name}-[0-9]+$")
    return {identity.value: identity.person.email for identity in found.select_related("person")}


def assert_times_are_kept() -> None:
    """A time may only be corrected by what the request itself took on its way."""
    last = len(list(calls_of(LIBRARIES[0])))
    times = Event.objects.values_list("occurred_at", flat=True)
    assert min(times) >= STARTED
    assert max(times) <= STARTED + timedelta(seconds=last + LONGEST_RUN)


def address_of(site: Site) -> tuple[str, int]:
    host, _, port = site.address.removeprefix("http://").partition(":")
    return host, int(port)


def restart_web(site: Site) -> None:
    """Kill the web process and its child without warning; start it again on the same port."""
    web = site.processes.pop()
    children = Path(f"/proc/{web.pid}/task/{web.pid}/children").read_text().split()
    for pid in (*map(int, children), web.pid):
        os.kill(pid, signal.SIGKILL)
    web.wait()
    site.start(WEB, str(address_of(site)[1]))
