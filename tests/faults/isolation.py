"""
Workspaces side by side under fire: everybody asks everywhere with the others' ids, while things are killed.

Every text of a workspace begins with its mark. A mark or an id in a page, a mail or an export of somebody else is
foreign there, and any in the log; a row that changes because somebody else asked for it is a foreign write.
"""

import argparse
import email
import json
import random
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from datetime import time as clock
from email import policy
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

import psycopg
from django.db import transaction

from benchmarks.harness import SEED
from dangol.config import workspaces
from dangol.integrations.mail_catcher.catcher import catching
from dangol.kit import tenancy
from dangol.kit.jobs import defer_all
from dangol.messaging.enums import MessageState
from dangol.messaging.models import ContactRules, Message, Sender
from dangol.tracking.models import InboxEntry
from dangol.tracking.operations import create_source
from tests.config.test_supervisor import eventually
from tests.conftest import free_port, signed_in
from tests.factories import make_person
from tests.faults.fire import Fire
from tests.faults.houses import Answer, Installation, installed
from tests.messaging.making import agree, make_version, queue
from tests.security.addresses import Route, routes
from tests.security.asvs.test_walks import names_a_row
from tests.security.attacks.test_job_payloads import argument, jobs
from tests.security.contents import contents, texts
from tests.security.walked import Town, build_town
from tests.security.walker import BODIES, KEPT_BY_EVERY_VISIT

TENANTS, ROUNDS = 20, 10
"""At full scale: workspaces, and rounds of faults."""
CLIENTS = 8
DEEDS, MAILS = 10, 3
"""How many people and events each workspace adds meanwhile, and how many mails it sends."""
PATIENCE = 180.0
LEAST_OWN = 100
"""So often a workspace sees its own mark, or nothing was looked at."""

LONGEST_TRACEBACK = 8000
"""Characters of the log that are shown of one failure."""

MARK = re.compile(r"k\d+canary")
ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
LINK = re.compile(r"http://127\.0\.0\.1:\d+(/[^\s\"'<>]+)")
FORM_TOKEN = "t" * 32
OWN_TRACES = ("workspaces_use", *KEPT_BY_EVERY_VISIT)
"""Tables that tell what the members of a workspace did meanwhile."""

UNDONE = "SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing' OR (status = 'todo' AND attempts = 0)"
QUEUE_ONLY = """
import asyncio, threading, django
django.setup()
from dangol.config.worker import work_jobs
asyncio.run(work_jobs(threading.Event()))
"""
"""A worker without its clock: nothing changes by itself."""


@dataclass(frozen=True)
class Tenant:
    """
    A workspace with a row of every kind, and how its administrator comes in.

    :param mark: what every text of it begins with
    """

    mark: str
    town: Town
    cookie: str
    write_key: str

    @property
    def workspace_id(self) -> UUID:
        return self.town.cast.workspace.pk

    def asks(self, method: str, route: Route, other: "Tenant | None" = None) -> "Question":
        """Make a request of this tenant's administrator, with our ids or with those of another."""
        headers = {"Cookie": self.cookie, "X-CSRFToken": FORM_TOKEN}
        body = b"" if method == "POST" else None
        if route.is_api:
            headers = {"Authorization": f"Bearer {self.town.key}", "Content-Type": "application/json"}
            body = None if method == "GET" else json.dumps(BODIES.get(route.name, {})).encode()
        path = quote(route.address((other or self).town.values))
        is_foreign = other is not None and names_a_row(route)
        return Question(method, path, body, headers, self if is_foreign else other or self, is_foreign)


@dataclass(frozen=True)
class Question:
    """
    One request.

    :param about: whose texts may be in the answer
    :param is_foreign: whether it asks for a row of somebody else
    """

    method: str
    path: str
    body: bytes | None
    headers: Mapping[str, str]
    about: Tenant
    is_foreign: bool = False


Pair = tuple[Tenant, Tenant, Sequence[Route]]
"""Who asks, for whose rows, at which addresses."""


@dataclass
class Sightings:
    """
    What was answered, and which marks and ids were seen where.

    :param owners: the mark of the workspace to which an id belongs
    :param broken: requests that failed, each with the reference by which the log tells of it
    """

    owners: Mapping[str, str]
    answers: Counter[int] = field(default_factory=Counter)
    own: Counter[str] = field(default_factory=Counter)
    foreign: list[str] = field(default_factory=list)
    broken: list[tuple[str, str]] = field(default_factory=list)

    def hear(self, question: Question, answer: Answer) -> None:
        """Look through an answer. An id that was asked for may be said again."""
        asked = f"{question.method} {question.path}"
        self.answers[answer.status] += 1
        if answer.status == 0 or (answer.status >= 500 and answer.status != 503):
            self.broken.append((f"{answer.status} {asked}", answer.headers.get("X-Failure", "")))
        elif question.is_foreign and answer.status not in (404, 405, 503):
            self.foreign.append(f"{answer.status} {asked}")
        told = f"{answer.headers}{answer.body.decode(errors='replace')}"
        self.look(asked, told, question.about.mark)
        strange = {one for one in ID.findall(told) if self.owners.get(one, question.about.mark) != question.about.mark}
        self.foreign += [f"{one} in {asked}" for one in strange.difference(ID.findall(asked))]

    def look(self, where: str, content: str, mark: str) -> None:
        """Note every mark in a content that may hold this one only."""
        for found in MARK.findall(content):
            if found == mark:
                self.own[mark] += 1
            else:
                self.foreign.append(f"{found} in {where}")


@dataclass(frozen=True)
class Verdict:
    """
    What came of a run.

    :param least_own: how often a workspace saw its own mark at the least
    :param changed: tables of a workspace that changed because of others
    """

    tenants: int
    planned: int
    faults: Counter[str]
    mails: int
    jobs: int
    answers: Counter[int]
    least_own: int
    foreign: list[str]
    changed: list[str]
    broken: list[str]

    def __str__(self) -> str:
        return (
            f"tenants={self.tenants} asked={self.answers.total()} answers={dict(sorted(self.answers.items()))} "
            f"faults={self.faults.total()}/{self.planned} {dict(self.faults)} mails={self.mails} jobs={self.jobs} "
            f"least_own={self.least_own} foreign={len(self.foreign)} foreign_bytes={sum(map(len, self.foreign))} "
            f"foreign_writes={len(self.changed)} broken={len(self.broken)} seed={SEED}"
        )

    @property
    def problems(self) -> list[str]:
        """Whatever was not as it must be."""
        too_few = self.faults.total() < self.planned or self.mails < self.tenants * MAILS or self.least_own < LEAST_OWN
        return [*self.foreign, *self.changed, *self.broken, *(["less happened than was planned"] if too_few else [])]


def endure(database: str, *, scale: float) -> Verdict:
    """Fill a scratch database with workspaces, let them ask under fire, and look through everything."""
    tenants = [settle_in(number) for number in range(max(3, round(TENANTS * scale)))]
    others = [*tenants[1:], tenants[0]]
    shares = (
        [routes()] * len(tenants) if scale >= 1 else [routes()[place :: len(tenants)] for place in range(len(tenants))]
    )
    pairs = list(zip(tenants, others, shares, strict=True))
    sightings = Sightings({str(one): tenant.mark for tenant in tenants for one in ids_of(tenant)})
    with installed(database) as installation, installation.web():
        with Fire(installation, database, rounds=max(1, round(ROUNDS * scale))) as fire:
            mails = ask_while_working(installation, pairs, sightings, fire)
        for tenant in tenants:
            look_through_export(tenant, installation.data, sightings)
        before = [kept(tenant) for tenant in tenants]
        attempts = [one for pair in pairs for one in attacks(*pair)]
        ask_all(installation, attempts, sightings, [fire.cut, fire.forget] * fire.rounds)
        ran = run_jobs(installation, pairs)
        changed = [
            f"{tenant.mark}: {table}"
            for tenant, former in zip(tenants, before, strict=True)
            for table, rows in kept(tenant).items()
            if rows != former[table]
        ]
        for tenant in tenants:
            sightings.look("the database", texts(tenant.workspace_id), tenant.mark)
        assert installation.log is not None
        log = installation.log.read_text()
        sightings.look("the log", log, "nobody's")
    broken = [f"{what}: {told_about(failure, log)}" for what, failure in sightings.broken]
    return Verdict(
        tenants=len(tenants), planned=6 * fire.rounds, faults=fire.applied, mails=mails, jobs=ran,
        answers=sightings.answers, least_own=min(sightings.own[tenant.mark] for tenant in tenants),
        foreign=sightings.foreign, changed=changed, broken=broken,
    )  # fmt: skip


def told_about(failure: str, log: str) -> str:
    """Return what the log says of a failure, from its reference to the end of its traceback."""
    _before, reference, after = log.partition(failure or "no reference")
    return reference + after[:LONGEST_TRACEBACK]


def settle_in(number: int) -> Tenant:
    """Make a workspace with a row of every kind, and sign its administrator in."""
    mark = f"k{number}canary"
    with transaction.atomic():
        town = build_town(mark)
        with tenancy.workspace(town.cast.workspace.pk):
            _source, write_key = create_source(member=town.cast.admin, name=f"{mark} shop", now=datetime.now(UTC))
    cookies = {name: morsel.value for name, morsel in signed_in(town.cast.admin).cookies.items()}
    cookie = "; ".join(f"{name}={value}" for name, value in (cookies | {"csrf": FORM_TOKEN}).items())
    return Tenant(mark, town, cookie, write_key)


def ids_of(tenant: Tenant) -> Iterator[UUID]:
    yield tenant.workspace_id
    yield from (value for value in tenant.town.values.values() if isinstance(value, UUID))


def ask_while_working(installation: Installation, pairs: Sequence[Pair], sightings: Sightings, fire: Fire) -> int:
    """Let everybody look, write and get mail while the worker works, or is killed; return how many mails arrived."""
    tenants = [tenant for tenant, _other, _asked in pairs]
    mails = installation.data / "mails"
    with catching(mails, port=(port := free_port())):
        for tenant in tenants:
            write_mails(tenant, port)
        questions = [one for pair in pairs for one in (*looks(*pair), *deeds(pair[0]))]
        ask_all(installation, questions, sightings, [fire.cut, fire.kill_worker, fire.cut, fire.forget] * fire.rounds)
        eventually(lambda: all(is_settled(tenant) for tenant in tenants), seconds=PATIENCE)
    arrived = [opened(path) for path in sorted(mails.rglob("*.eml"))]
    tenant_of = {tenant.mark: tenant for tenant in tenants}
    links = []
    for mail in arrived:
        tenant = tenant_of[MARK.findall(mail)[0]]
        sightings.look("a mail", mail, tenant.mark)
        links += [Question("GET", path, None, {}, tenant) for path in LINK.findall(mail)]
    ask_all(installation, links, sightings, [])
    return len(arrived)


def write_mails(tenant: Tenant, port: int) -> None:
    """Queue a mail to a few people of this workspace."""
    member = tenant.town.cast.admin
    with tenancy.workspace(tenant.workspace_id):
        Sender.objects.update(host="127.0.0.1", port=port)
        ContactRules.objects.update(email_at_legal_night=True, quiet_from=clock(0), quiet_until=clock(0))
        people = [make_person(member, name=tenant.mark, email=f"{tenant.mark}{n}@example.com") for n in range(MAILS)]
        for person in people:
            agree(person)
        queue(make_version(member, name=f"{tenant.mark} 소식"), people, now=datetime.now(UTC), key=tenant.mark)


def is_settled(tenant: Tenant) -> bool:
    """Whether the inbox is empty and every mail has left, or is known not to have."""
    under_way = (MessageState.QUEUED, MessageState.HELD, MessageState.HANDING_OFF)
    with tenancy.workspace(tenant.workspace_id):
        waits = Message.objects.filter(send_key__startswith=tenant.mark, state__in=under_way).exists()
        return not (waits or InboxEntry.objects.exists())


def opened(path: Path) -> str:
    """Return the To, the other heads and every part of a mail, decoded."""
    mail = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    parts = (part.get_content() for part in mail.walk() if part.get_content_maintype() == "text")
    return "\n".join([str(mail["To"]), *map(str, mail.values()), *parts])


def looks(tenant: Tenant, other: Tenant, asked: Sequence[Route]) -> Iterator[Question]:
    """Addresses with our ids, and again with the other's: a link of theirs shows their page to whoever holds it."""
    for route in asked:
        yield tenant.asks("GET", route)
        if is_named_differently(route, tenant, other):
            yield tenant.asks("GET", route, other)


def deeds(tenant: Tenant) -> Iterator[Question]:
    """New people and events of our own."""
    told = {"Content-Type": "application/json"}
    for number in range(DEEDS):
        headers = told | {"Authorization": f"Bearer {tenant.town.key}", "Idempotency-Key": str(number)}
        name = f"{tenant.mark} {number}"
        yield Question("POST", "/api/v1/people", json.dumps({"name": name}).encode(), headers, tenant)
        event = {"writeKey": tenant.write_key, "event": tenant.mark, "userId": name}
        yield Question("POST", "/v1/track", json.dumps(event).encode(), told, tenant)


def attacks(tenant: Tenant, other: Tenant, asked: Sequence[Route]) -> Iterator[Question]:
    """Everything that could change a row of the other's."""
    for route in asked:
        if names_a_row(route) and is_named_differently(route, tenant, other):
            for method in ("POST", "PATCH", "DELETE") if route.is_api else ("POST",):
                yield tenant.asks(method, route, other)


def is_named_differently(route: Route, tenant: Tenant, other: Tenant) -> bool:
    """Whether the address tells the one's row from the other's."""
    return route.address(tenant.town.values) != route.address(other.town.values)


def ask_all(
    installation: Installation, questions: list[Question], sightings: Sightings, faults: Sequence[Callable[[], None]]
) -> None:
    """Ask in a mixed but fixed order, several at a time, with the faults in between."""
    random.Random(SEED).shuffle(questions)
    every = len(questions) // (len(faults) + 1)
    with ThreadPoolExecutor(CLIENTS) as clients:
        answers = clients.map(lambda one: installation.ask(one.method, one.path, one.body, one.headers), questions)
        for place, (question, answer) in enumerate(zip(questions, answers, strict=True), start=1):
            sightings.hear(question, answer)
            if place % every == 0 and place // every <= len(faults):
                faults[place // every - 1]()


def run_jobs(installation: Installation, pairs: Sequence[Pair]) -> int:
    """Queue every job with rows of another workspace, as if somebody had rewritten the queue, and let a worker run."""
    with psycopg.connect(installation.owner) as owner:
        owner.execute("DELETE FROM procrastinate_jobs")
    runs = []
    for tenant, other, _asked in pairs:
        elsewhere = {"workspace_id": tenant.town.cast.other_workspace.pk}
        for job, kinds in jobs().items():
            told = {name: argument(other.town, job, name, kind) for name, kind in kinds.items()}
            runs.append((job, told | elsewhere))
    with transaction.atomic():
        defer_all(runs)
    with installation.running_program("-c", QUEUE_ONLY), psycopg.connect(installation.owner, autocommit=True) as looker:
        eventually(lambda: looker.execute(UNDONE).fetchone() == (0,), seconds=PATIENCE)
    return len(runs)


def look_through_export(tenant: Tenant, folder: Path, sightings: Sightings) -> None:
    """Export the workspace whole, and look into every part of the file."""
    path = folder / f"{tenant.mark}.zip"
    slug = tenant.town.cast.workspace.slug
    workspaces.run(argparse.Namespace(act="export", workspace=slug, file=str(path)))
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            sightings.look(f"the export's {name}", archive.read(name).decode(errors="replace"), tenant.mark)


def kept(tenant: Tenant) -> dict[str, str]:
    """Return a check sum of every table in which nothing but the workspace's own work leaves a trace."""
    return {table: one for table, one in contents(tenant.workspace_id).items() if not table.startswith(OWN_TRACES)}
