import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from dangol.customers.models import Consent, Person
from dangol.kit import tenancy
from dangol.messaging import links
from dangol.messaging.models import ContactRules, Message, Sender, Suppression, TemplateVersion
from dangol.messaging.operations import run_outbox
from dangol.relations.models import AttentionCharge, StoryEntry
from dangol.workspaces.models import Member
from tests import databases
from tests.conftest import free_port
from tests.factories import make_person
from tests.messaging.making import BODY, agree, make_sender, make_version, queue
from tests.messaging.servers import Sink, serving
from tests.people import Cast, make_cast


@pytest.fixture
def house(committed_db: str) -> Cast:
    return make_cast()


@contextmanager
def delivering() -> Iterator[None]:
    """Run the outbox in a thread, and let it finish."""
    stop = threading.Event()

    def run() -> None:
        try:
            run_outbox(stop=stop)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(30)


def wait_until(check: Callable[[], bool], *, seconds: float = 20) -> None:
    for _try in range(int(seconds * 20)):
        if check():
            return
        time.sleep(0.05)
    raise AssertionError("it never happened")


def states(member: Member) -> list[str]:
    with tenancy.workspace(member.workspace_id):
        return sorted(Message.objects.values_list("state", flat=True))


def fill_outbox(member: Member, count: int, *, port: int, purpose: str = "service", bounce_address: str = "") -> None:
    with tenancy.workspace(member.workspace_id):
        make_sender(member, port=port, bounce_address=bounce_address)
        people = [make_person(member, name=f"고객{n}", email=f"p{n}@example.com") for n in range(count)]
        for person in people:
            agree(person)
        queue(make_version(member, purpose=purpose), people, now=timezone.now())


def test_every_message_arrives_once_and_is_booked_once(house: Cast) -> None:
    sink = Sink()
    with serving(sink) as port:
        fill_outbox(house.admin, 230, port=port)
        with delivering():
            wait_until(lambda: states(house.admin) == ["sent"] * 230)
    assert sink.recipients == sorted(f"p{n}@example.com" for n in range(230))
    with tenancy.workspace(house.workspace.pk):
        assert AttentionCharge.objects.count() == 230
        assert StoryEntry.objects.filter(kind="contact_sent").count() == 230


def test_a_server_that_says_later_gets_it_later_and_gives_up_after_six_times(house: Cast) -> None:
    with serving(Sink(text="451 4.3.0 come back later")) as port:
        fill_outbox(house.admin, 1, port=port)
        with delivering():
            wait_until(lambda: one(house.admin).attempts == 1 and one(house.admin).state == "queued")
        message = one(house.admin)
        assert message.error == "451 4.3.0 come back later"
        assert timedelta(seconds=30) < message.due_at - timezone.now() <= timedelta(minutes=1)
        make_due(house.admin, attempts=5)
        with delivering():
            wait_until(lambda: one(house.admin).state == "failed")
    assert one(house.admin).attempts == 6


def test_a_refused_text_fails_and_the_address_stays_good(house: Cast) -> None:
    with serving(Sink(text="554 5.7.1 we do not like it")) as port:
        fill_outbox(house.admin, 1, port=port)
        with delivering():
            wait_until(lambda: states(house.admin) == ["failed"])
    assert one(house.admin).error == "554 5.7.1 we do not like it"
    assert suppressed(house.admin) == []


def test_an_address_that_does_not_exist_is_never_written_to_again(house: Cast) -> None:
    with serving(Sink(recipient="550 5.1.1 no such user")) as port:
        fill_outbox(house.admin, 1, port=port)
        with delivering():
            wait_until(lambda: states(house.admin) == ["failed"])
    assert suppressed(house.admin) == ["p0@example.com"]


def test_a_recipient_refused_for_another_reason_is_not_suppressed(house: Cast) -> None:
    with serving(Sink(recipient="550 5.7.1 you are on a list")) as port:
        fill_outbox(house.admin, 1, port=port)
        with delivering():
            wait_until(lambda: states(house.admin) == ["failed"])
    assert suppressed(house.admin) == []


def test_a_line_lost_after_the_text_leaves_it_unknown_and_never_sends_it_again(house: Cast) -> None:
    sink = Sink(drop=True)
    with serving(sink) as port:
        fill_outbox(house.admin, 1, port=port)
        with delivering():
            wait_until(lambda: states(house.admin) == ["unknown"])
            time.sleep(1.5)
    assert sink.recipients == ["p0@example.com"]
    with tenancy.workspace(house.workspace.pk):
        assert AttentionCharge.objects.count() == 0


def test_a_server_that_is_down_costs_nothing_and_gets_everything_when_it_is_back(house: Cast) -> None:
    sink, port = Sink(), free_port()
    fill_outbox(house.admin, 3, port=port)
    with delivering():
        wait_until(lambda: {message.error for message in everything(house.admin)} == {"Connection refused"})
        assert {message.state for message in everything(house.admin)} <= {"queued", "handing_off"}
        with serving(sink, port=port):
            wait_until(lambda: states(house.admin) == ["sent"] * 3)
    assert len(sink.recipients) == 3
    assert [message.attempts for message in everything(house.admin)] == [1, 1, 1]


def test_a_withdrawal_between_queue_and_hand_off_wins(house: Cast) -> None:
    sink = Sink()
    with serving(sink) as port:
        fill_outbox(house.admin, 2, port=port, purpose="service")
        with tenancy.workspace(house.workspace.pk):
            person = Person.objects.get(email="p0@example.com")
            Consent.objects.filter(person=person).delete()
            agree(person, state="withdrawn", purpose="service")
        with delivering():
            wait_until(lambda: states(house.admin) == ["refused", "sent"])
    assert sink.recipients == ["p1@example.com"]
    refused = next(message for message in everything(house.admin) if message.state == "refused")
    with tenancy.workspace(house.workspace.pk):
        assert (refused.decision.stage, refused.decision.reasons) == ("handoff", ["consent_withdrawn"])


def test_what_waited_too_long_is_closed_with_its_reason(house: Cast) -> None:
    fill_outbox(house.admin, 1, port=free_port())
    with tenancy.workspace(house.workspace.pk):
        Message.objects.update(state="held", due_at=timezone.now(), expires_at=timezone.now())
    with delivering():
        wait_until(lambda: states(house.admin) == ["refused"])
    assert one(house.admin).error == "expired"


def test_a_text_that_does_not_fit_one_person_fails_for_that_person_only(house: Cast) -> None:
    sink = Sink()
    body = BODY.replace("{{ person.name }}", "{{ person.fields.points | divided_by: person.fields.visits }}")
    with serving(sink) as port, tenancy.workspace(house.workspace.pk):
        make_sender(house.admin, port=port)
        good = make_person(house.admin, email="good@example.com", fields={"points": 10, "visits": 2})
        bad = make_person(house.admin, email="bad@example.com", fields={"points": 10, "visits": 0})
        template = make_version(house.admin, purpose="service")
        TemplateVersion.objects.filter(pk=template.pk).update(body=body)
        queue(template, [good, bad], now=timezone.now())
    with serving(sink) as port:
        with tenancy.workspace(house.workspace.pk):
            Sender.objects.update(port=port)
        with delivering():
            wait_until(lambda: states(house.admin) == ["failed", "sent"])
    assert sink.recipients == ["good@example.com"]


def test_what_a_dead_process_left_is_parked_and_nobody_elses(house: Cast) -> None:
    fill_outbox(house.admin, 2, port=free_port())
    dead, alive = everything(house.admin)
    with psycopg.connect(databases.url_of(databases.RUNTIME, connection.settings_dict["NAME"])) as other:
        other.execute("SELECT pg_advisory_lock(hashtextextended('alive', 0))")
        with tenancy.workspace(house.workspace.pk):
            Message.objects.filter(pk=dead.pk).update(state="handing_off", claimed_by="dead")
            Message.objects.filter(pk=alive.pk).update(state="handing_off", claimed_by="alive")
        with delivering():
            wait_until(lambda: states(house.admin) == ["handing_off", "unknown"])
            time.sleep(1.5)
        assert states(house.admin) == ["handing_off", "unknown"]
        assert everything(house.admin)[0].state == "unknown"


def test_a_restart_of_the_database_in_between_loses_and_doubles_nothing(house: Cast) -> None:
    sink = Sink()
    with serving(sink) as port:
        fill_outbox(house.admin, 400, port=port)
        with delivering():
            wait_until(lambda: len(sink.recipients) > 20)
            cut_all_connections()
            wait_until(lambda: states(house.admin) == ["sent"] * 400, seconds=40)
    assert sink.recipients == sorted(f"p{n}@example.com" for n in range(400))


def test_results_that_cannot_be_written_are_left_to_the_next_process(house: Cast) -> None:
    sink, owner_of = Sink(), databases.url_of(databases.OWNER, connection.settings_dict["NAME"])
    with serving(sink) as port, psycopg.connect(owner_of, autocommit=True) as owner:
        fill_outbox(house.admin, 1, port=port)
        owner.execute("ALTER TABLE messaging_message ADD CONSTRAINT never CHECK (state <> 'sent')")
        with delivering():
            wait_until(lambda: sink.recipients == ["p0@example.com"])
        assert states(house.admin) == ["handing_off"]
        owner.execute("ALTER TABLE messaging_message DROP CONSTRAINT never")
        with delivering():
            wait_until(lambda: states(house.admin) == ["sent"])
    assert sink.recipients == ["p0@example.com"]


def test_two_processes_share_the_work_and_send_nothing_twice(house: Cast) -> None:
    sink = Sink()
    with serving(sink) as port:
        fill_outbox(house.admin, 300, port=port)
        with delivering(), delivering():
            wait_until(lambda: states(house.admin) == ["sent"] * 300)
    assert sink.recipients == sorted(f"p{n}@example.com" for n in range(300))


def test_the_mail_carries_what_law_and_mail_programs_ask_for(house: Cast) -> None:
    sink = Sink()
    with serving(sink) as port:
        fill_outbox(house.admin, 1, port=port, purpose="marketing", bounce_address="bounce+{token}@example.com")
        with tenancy.workspace(house.workspace.pk):
            ContactRules.objects.create(
                workspace=house.workspace, quiet_from="08:00", quiet_until="08:00", email_at_legal_night=True
            )
            Message.objects.update(state="queued", due_at=timezone.now())
        with delivering():
            wait_until(lambda: states(house.admin) == ["sent"])
    ((return_path, recipients, mail),) = sink.mails
    message = one(house.admin)
    assert recipients == ["p0@example.com"]
    assert return_path == links.bounce_address(message, pattern="bounce+{token}@example.com")
    assert mail["Subject"] == "(광고) 고객0님께 새 소식"
    assert mail["From"] == "단골상회 <shop@example.com>"
    assert mail["Message-ID"] == links.header_id(message, domain="example.com")
    by_mail = links.opt_out_address(message, pattern="bounce+{token}@example.com")
    one_click = links.public_urls(message)["one_click_url"]
    assert mail["List-Unsubscribe"] == f"<{one_click}>, <mailto:{by_mail}?subject=unsubscribe>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr] # both are there
    for part in (text, html):
        assert "무료 수신거부" in part
        assert "unsubscribe free of charge" in part
        assert "서울시 종로구 1" in part
        assert "02-123-4567" in part
        assert "안녕하세요 고객0님" in part


def one(member: Member) -> Message:
    (message,) = everything(member)
    return message


def everything(member: Member) -> list[Message]:
    with tenancy.workspace(member.workspace_id):
        return list(Message.objects.select_related("decision").order_by("id"))


def suppressed(member: Member) -> list[str]:
    with tenancy.workspace(member.workspace_id):
        return list(Suppression.objects.values_list("address", flat=True))


def make_due(member: Member, *, attempts: int) -> None:
    with tenancy.workspace(member.workspace_id):
        Message.objects.update(due_at=timezone.now(), attempts=attempts)


def cut_all_connections() -> None:
    """End every session of this test's database, as a restart of the server does."""
    name = connection.settings_dict["NAME"]
    connection.close()
    with psycopg.connect(databases.cluster_url(), autocommit=True) as server:
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
