"""
Sending: mails per second from the outbox to an SMTP sink, as a share of what the sink itself can take.

The sink runs in a process of its own. Its ceiling is measured in turns with us: bare `smtplib` clients, as many as we
have connections, that hand over ready bodies of the same size and do nothing else. We claim, ask the policy once more,
render Liquid and MJML, sign every link, hand over, and book attention and story, all durable.
"""

import contextlib
import smtplib
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

from benchmarks.harness import Bench

MAILS, LINES, ROUNDS = 6_000, 4, 3
BODY = """<mjml><mj-body><mj-section><mj-column>
<mj-text>{{ person.name }}님, 안녕하세요. {% if person.city %}{{ person.city }}에도 봄이 왔습니다.{% endif %}</mj-text>
<mj-button href="https://shop.example.com/spring">둘러보기</mj-button>
<mj-text>{% for n in (1..3) %}<a href="https://shop.example.com/goods/{{ n }}">상품 {{ n }}</a> {% endfor %}</mj-text>
</mj-column></mj-section></mj-body></mjml>"""
SINK = """
import asyncio, sys
OK = {b"EHLO": b"250-sink\\r\\n250 8BITMIME\\r\\n", b"DATA": b"354 go\\r\\n", b"QUIT": b"221 bye\\r\\n"}
class Sink(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport, self.held, self.in_text = transport, b"", False
        transport.write(b"220 sink\\r\\n")
    def data_received(self, data):
        self.held += data
        while True:
            mark = b"\\r\\n.\\r\\n" if self.in_text else b"\\r\\n"
            line, found, rest = self.held.partition(mark)
            if not found:
                return
            self.held = rest
            if self.in_text:
                self.in_text = False
                self.transport.write(b"250 taken\\r\\n")
                continue
            verb = line[:4].upper()
            self.in_text = verb == b"DATA"
            self.transport.write(OK.get(verb, b"250 ok\\r\\n"))
async def main():
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
asyncio.run(main())
"""


def run(bench: Bench) -> None:
    """Measure us and the sink's ceiling in turns."""
    count = bench.sized(MAILS, least=ROUNDS * 100)
    per_round = count // ROUNDS
    ours: list[float] = []
    bare: list[float] = []
    with _sink() as port:
        workspace_id, version_id = _make_house(port)
        people = _make_people(workspace_id, per_round * ROUNDS)
        size = _size_of_one(workspace_id, version_id, people[0])
        for part in range(ROUNDS):
            _queue(workspace_id, version_id, people[part * per_round : (part + 1) * per_round])
            ours.append(_time_outbox(workspace_id))
            bare.append(_time_bare(port, per_round, size))
    total = per_round * ROUNDS
    bench.report(ours=total / sum(ours), limit=total / sum(bare), rows=total)


@contextlib.contextmanager
def _sink() -> Iterator[int]:
    process = subprocess.Popen([sys.executable, "-c", SINK], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def _make_house(port: int) -> tuple[UUID, UUID]:
    from dangol.kit import tenancy  # noqa: PLC0415 - Django is set up by now
    from dangol.messaging.operations import create_template, newest_version, save_sender  # noqa: PLC0415 - as above
    from tests.people import make_cast  # noqa: PLC0415 - as above

    cast = make_cast()
    now = datetime.now(UTC)
    with tenancy.workspace(cast.workspace.pk):
        values = {
            "name": "단골상회", "email": "shop@example.com", "phone": "02-123-4567",
            "postal_address": "서울시 종로구 1",
            "host": "127.0.0.1", "port": port, "connections": LINES,
        }  # fmt: skip
        save_sender(member=cast.admin, values=values, now=now)
        words = {"subject": "{{ person.name }}님께 봄 소식", "body": BODY}
        template = create_template(member=cast.admin, name="봄", purpose="service", now=now, **words)
        return cast.workspace.pk, newest_version(template).pk


def _make_people(workspace_id: UUID, count: int) -> list[UUID]:
    from dangol.customers.models import Person  # noqa: PLC0415 - Django is set up by now
    from dangol.kit import tenancy  # noqa: PLC0415 - as above

    seen = datetime.now(UTC) - timedelta(days=30)
    people = [
        Person(
            workspace_id=workspace_id, name=f"고객 {n}", email=f"p{n}@example.com", city="서울", time_zone="Asia/Seoul",
            origin="bench", first_seen_at=seen,
        )
        for n in range(count)
    ]  # fmt: skip
    with tenancy.workspace(workspace_id):
        Person.objects.bulk_create(people, batch_size=1000)
    return [person.pk for person in people]


def _queue(workspace_id: UUID, version_id: UUID, people: list[UUID]) -> None:
    from dangol.kit import tenancy  # noqa: PLC0415 - Django is set up by now
    from dangol.kit.ids import uuid7  # noqa: PLC0415 - as above
    from dangol.messaging.enums import Stage  # noqa: PLC0415 - as above
    from dangol.messaging.models import TemplateVersion  # noqa: PLC0415 - as above
    from dangol.messaging.operations import decide, queue_messages  # noqa: PLC0415 - as above

    now, origin = datetime.now(UTC), uuid7()
    with tenancy.workspace(workspace_id):
        decisions = decide(
            workspace_id=workspace_id, person_ids=people, channel="email", purpose="service", origin_id=origin,
            stage=Stage.ENQUEUE, now=now,
        )  # fmt: skip
        queue_messages(
            workspace_id=workspace_id, decisions=decisions, template_version=TemplateVersion.objects.get(pk=version_id),
            origin_id=origin, send_key_prefix=str(origin), now=now,
        )  # fmt: skip


def _size_of_one(workspace_id: UUID, version_id: UUID, person_id: UUID) -> int:
    from dangol.customers.models import Person  # noqa: PLC0415 - Django is set up by now
    from dangol.kit import tenancy  # noqa: PLC0415 - as above
    from dangol.messaging.models import Message, Sender, TemplateVersion  # noqa: PLC0415 - as above
    from dangol.messaging.operations.letters import Writer  # noqa: PLC0415 - as above

    now = datetime.now(UTC)
    with tenancy.workspace(workspace_id):
        version = TemplateVersion.objects.select_related("template").get(pk=version_id)
        message = Message(
            workspace_id=workspace_id, person=Person.objects.get(pk=person_id), purpose="service", origin_id=person_id,
            address="p@example.com",
        )  # fmt: skip
        return len(Writer(Sender.objects.get(), now=now).write(message, version).mail)


def _time_outbox(workspace_id: UUID) -> float:
    from dangol.kit import tenancy  # noqa: PLC0415 - Django is set up by now
    from dangol.messaging.models import Message  # noqa: PLC0415 - as above
    from dangol.messaging.operations import run_outbox  # noqa: PLC0415 - as above

    stop = threading.Event()
    thread = threading.Thread(target=run_outbox, kwargs={"stop": stop})
    began = time.perf_counter()
    thread.start()
    while True:
        with tenancy.workspace(workspace_id):
            if not Message.objects.exclude(state="sent").exists():
                break
        time.sleep(0.05)
    took = time.perf_counter() - began
    stop.set()
    thread.join()
    return took


def _time_bare(port: int, count: int, size: int) -> float:
    line = b"x" * 76 + b"\r\n"
    mail = b"Subject: bare\r\n\r\n" + line * (size // len(line))

    def send(mails: int) -> None:
        with smtplib.SMTP("127.0.0.1", port) as client:
            for number in range(mails):
                client.sendmail("shop@example.com", [f"p{number}@example.com"], mail)

    threads = [threading.Thread(target=send, args=(count // LINES,)) for _line in range(LINES)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return (time.perf_counter() - began) * count / (count // LINES * LINES)
