"""Members are told by mail of what waits for them: once, in their language, and never with a customer's data."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext

from dangol.customers.operations import take_request
from dangol.desk.models import Notice, NoticeChoice
from dangol.desk.operations import choose_notices, tell_members
from dangol.desk.operations.notices import write_to_members
from dangol.kit import tenancy
from dangol.kit.ids import uuid7
from dangol.messaging.models import Sender
from dangol.privacy.models import Breach
from dangol.workspaces.enums import Limited, NoticeKind
from dangol.workspaces.models import Member
from dangol.workspaces.operations import clear, count_use, set_limits, vote
from tests.conftest import MemberClient
from tests.factories import make_person
from tests.messaging.making import make_sender
from tests.messaging.servers import Sink, serving
from tests.people import Cast
from tests.workspaces.test_approvals import DISCOUNT, discounts, named, rule

__all__ = ["discounts"]
ClientOf = Callable[[Member], MemberClient]
MORNING = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)
"""Half past nine in Seoul."""


@pytest.fixture
def sink(inside: Cast) -> Iterator[Sink]:
    """A mail server to which the workspace hands its mail."""
    sink = Sink()
    with serving(sink) as port:
        make_sender(inside.admin, port=port)
        yield sink


def tell(cast: Cast, times: int = 1) -> None:
    for _run in range(times):
        tell_members(workspace_id=cast.workspace.pk)


def ask(cast: Cast, *approvers: Member) -> object:
    """Let 지은 ask something of these."""
    rule(cast.admin, **named(*approvers))
    return clear(proposal=DISCOUNT, by=cast.jieun, now=timezone.now())


def ask_again(cast: Cast) -> None:
    """Let 지은 ask for one thing more."""
    clear(proposal=replace(DISCOUNT, row_id=uuid7()), by=cast.jieun, now=timezone.now())


def text_of(sink: Sink, place: int = 0) -> str:
    part = sink.mails[place][2].get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def test_who_is_asked_is_told_once_in_their_language(inside: Cast, sink: Sink, discounts: list[object]) -> None:
    ask(inside, inside.minsu, inside.dana)
    tell(inside, times=3)
    assert sink.recipients == ["dana@example.com", "minsu@example.com"]
    mails = {addresses[0]: mail for _sender, addresses, mail in sink.mails}
    english = mails["dana@example.com"]
    assert (english["Subject"], english["Auto-Submitted"]) == ("단골상회: something waits for you", "auto-generated")
    said = str(english.get_body(("plain",)).get_content())  # type: ignore[union-attr] # every mail has a text
    assert said.splitlines() == [
        f"Approvals that wait for you: {settings.PUBLIC_URL}/approvals/",
        "",
        f"You choose in your profile of what you are told: {settings.PUBLIC_URL}/profile/notices/",
    ]
    with translation.override("ko"):
        korean = gettext("%(house)s: something waits for you") % {"house": "단골상회"}
    assert mails["minsu@example.com"]["Subject"] == korean


def test_each_thing_is_told_once_and_what_is_new_again(inside: Cast, sink: Sink, discounts: list[object]) -> None:
    ask(inside, inside.minsu)
    tell(inside)
    ask_again(inside)
    tell(inside, times=2)
    assert sink.recipients == ["minsu@example.com"] * 2


def test_what_is_over_is_not_told(inside: Cast, sink: Sink, discounts: list[object]) -> None:
    question = ask(inside, inside.minsu)
    vote(approval=question, by=inside.minsu, agrees=False, note="", now=timezone.now())  # type: ignore[arg-type] # asked
    tell(inside)
    assert sink.mails == []


@pytest.mark.shows("8.2.3")
def test_no_mail_names_a_customer(inside: Cast, sink: Sink) -> None:
    now = timezone.now()
    person = make_person(inside.jieun, name="김하늘", email="haneul@example.com")
    take_request(person=person, kind="access", note="김하늘입니다", member=inside.admin, now=now - timedelta(days=8))
    Breach.objects.create(
        workspace=inside.workspace, title="김하늘 유출", cause="loss", found_at=now, happened="김하늘", sorts=[],
        people_count=1, advice="-", measures="-", contact="-", by=inside.admin, created_at=now,
    )  # fmt: skip
    set_limits(workspace_id=inside.workspace.pk, limits={Limited.EVENTS: 10})
    count_use(workspace_id=inside.workspace.pk, what=Limited.EVENTS, amount=9, now=now)
    tell(inside, times=2)
    assert sink.recipients == ["admin@example.com"]
    assert text_of(sink).count(settings.PUBLIC_URL) == 4
    raw = sink.mails[0][2].as_string()
    assert not [secret for secret in ("김하늘", "haneul", str(person.pk)) if secret in text_of(sink) + raw]


@pytest.mark.parametrize("left_out", [[], ["limits"]])
def test_a_kind_that_is_left_out_is_not_told(inside: Cast, sink: Sink, left_out: list[str]) -> None:
    choose_notices(member=inside.admin, is_daily=False, left_out=left_out)
    set_limits(workspace_id=inside.workspace.pk, limits={Limited.EVENTS: 10})
    count_use(workspace_id=inside.workspace.pk, what=Limited.EVENTS, amount=9, now=timezone.now())
    tell(inside)
    assert len(sink.mails) == (0 if left_out else 1)


def test_the_mail_of_the_day_comes_in_the_morning_and_once(inside: Cast, sink: Sink, discounts: list[object]) -> None:
    choose_notices(member=inside.minsu, is_daily=True, left_out=[])
    ask(inside, inside.minsu)
    told = []
    for moment in (MORNING - timedelta(hours=3), MORNING, MORNING + timedelta(hours=5), MORNING + timedelta(days=1)):
        write_to_members(workspace_id=inside.workspace.pk, now=moment)
        told.append(len(sink.mails))
        ask_again(inside)
    assert told == [0, 1, 1, 2]


def test_what_the_server_did_not_take_is_tried_again(inside: Cast, discounts: list[object]) -> None:
    ask(inside, inside.minsu, inside.dana)
    sender = make_sender(inside.admin)
    tell(inside)
    assert set(Notice.objects.values_list("left_at", flat=True)) == {None}
    sink = Sink()
    with serving(sink) as port:
        Sender.objects.filter(pk=sender.pk).update(port=port)
        tell(inside, times=2)
    assert sink.recipients == ["dana@example.com", "minsu@example.com"]


def test_what_may_have_arrived_is_not_repeated(inside: Cast, discounts: list[object]) -> None:
    ask(inside, inside.minsu)
    sink = Sink(drop=True)
    with serving(sink) as port:
        make_sender(inside.admin, port=port)
        tell(inside, times=2)
    assert sink.recipients == ["minsu@example.com"]


def test_who_left_and_other_workspaces_are_told_nothing(inside: Cast, sink: Sink, discounts: list[object]) -> None:
    ask(inside, inside.minsu, inside.dana)
    Member.objects.filter(pk=inside.minsu.pk).update(ended_at=timezone.now())
    with tenancy.workspace(inside.other_workspace.pk):
        set_limits(workspace_id=inside.other_workspace.pk, limits={Limited.EVENTS: 0})
    tell_members(workspace_id=inside.other_workspace.pk)
    tell(inside)
    assert sink.recipients == ["dana@example.com"]


def test_without_a_sender_everything_is_told_once_there_is_one(inside: Cast, discounts: list[object]) -> None:
    ask(inside, inside.minsu)
    tell(inside)
    assert not Notice.objects.exists()


def test_a_member_chooses_on_the_own_page(cast: Cast, client_of: ClientOf) -> None:
    client, path = client_of(cast.jieun), "/profile/notices/"
    page = client.get(path).content.decode()
    assert page.count("checked") == len(NoticeKind.values) + 1
    assert client.post(path, {"kinds": ["approvals"], "is_daily": "True"}).status_code == 302
    with tenancy.workspace(cast.workspace.pk):
        chosen = NoticeChoice.objects.get()
    assert (chosen.member_id, chosen.is_daily) == (cast.jieun.pk, True)
    assert sorted(chosen.left_out) == ["backups", "breaches", "limits", "requests"]
    assert client.get(path).content.decode().count("checked") == 2
    client.post(path, {"kinds": ["nonsense"], "is_daily": "maybe"})
    with tenancy.workspace(cast.workspace.pk):
        assert NoticeChoice.objects.get().is_daily
