"""The desk of data requests: whose law, how long, who answers, what is done, and on what ground it is refused."""

from datetime import UTC, datetime, timedelta

import pytest

from dangol.customers.models import ConsentEntry, Restriction, RightsRequest
from dangol.customers.operations import (
    UnableToAnswer,
    carry_out,
    erase_people,
    extend_request,
    handle_request,
    take_request,
)
from dangol.customers.operations.rights import pack_copy
from dangol.customers.queries.rights import due_at
from dangol.customers.rights_alarms import RightsAlarms
from dangol.workspaces.contracts import Alarms
from dangol.workspaces.models import Member
from tests.factories import NOW, make_person
from tests.messaging.making import agree
from tests.people import Cast

pytestmark = pytest.mark.django_db

ASKED = datetime(2026, 1, 31, 3, 0, tzinfo=UTC)


def take(cast: Cast, kind: str, *, law: str = "pipa", asked_at: datetime = NOW) -> RightsRequest:
    person = make_person(cast.jieun)
    return take_request(
        person=person, kind=kind, law=law, source="phone", identity_proof="회신 전화", member=cast.admin, now=asked_at
    )


@pytest.mark.parametrize(
    ("kind", "law", "extensions", "due"),
    [
        ("access", "pipa", 0, "2026-02-10"),
        ("access", "pipa", 1, "2026-02-20"),
        ("explanation", "pipa", 0, "2026-03-02"),
        ("explanation", "pipa", 2, "2026-05-01"),
        ("access", "gdpr", 0, "2026-02-28"),
        ("erasure", "gdpr", 1, "2026-04-30"),
    ],
)
def test_each_law_has_its_clock(kind: str, law: str, extensions: int, due: str) -> None:
    assert due_at(ASKED, kind=kind, law=law, extensions=extensions).date().isoformat() == due


@pytest.mark.parametrize(
    ("kind", "law", "times"), [("access", "pipa", 1), ("explanation", "pipa", 2), ("access", "gdpr", 1)]
)
def test_more_time_is_taken_as_often_as_the_law_allows(inside: Cast, kind: str, law: str, times: int) -> None:
    request = take(inside, kind, law=law)
    with pytest.raises(UnableToAnswer, match="Say why it takes longer"):
        extend_request(request=request, reason=" ", member=inside.admin, now=NOW)
    for _n in range(times):
        extend_request(request=request, reason="자료가 많음", member=inside.admin, now=NOW)
        request.refresh_from_db()
    assert (request.extensions, request.extension_reason) == (times, "자료가 많음")
    assert request.due_at == due_at(NOW, kind=kind, law=law, extensions=times)
    with pytest.raises(UnableToAnswer, match="no more time"):
        extend_request(request=request, reason="또", member=inside.admin, now=NOW)


def test_what_is_late_cannot_be_extended(inside: Cast) -> None:
    request = take(inside, "access")
    with pytest.raises(UnableToAnswer, match="no more time"):
        extend_request(request=request, reason="늦음", member=inside.admin, now=NOW + timedelta(days=11))


def test_nothing_is_done_before_it_is_proven_who_asks(inside: Cast) -> None:
    request = take_request(person=make_person(inside.jieun), kind="erasure", member=inside.admin, now=NOW)
    with pytest.raises(UnableToAnswer, match="proven who asks"):
        carry_out(request=request, member=inside.admin, now=NOW)
    handle_request(
        request=request,
        owner_id=inside.admin.pk,
        identity_proof="신분증",
        reply="삭제했습니다.",
        member=inside.admin,
        now=NOW,
    )
    request.refresh_from_db()
    assert (request.owner, request.identity_proof, request.reply) == (inside.admin, "신분증", "삭제했습니다.")
    carry_out(request=request, member=inside.admin, now=NOW)


def test_a_stop_that_was_asked_for_holds(inside: Cast) -> None:
    request = take(inside, "restriction")
    carry_out(request=request, member=inside.admin, now=NOW)
    request.refresh_from_db()
    assert (request.state, Restriction.objects.get().person_id) == ("done", request.person_id)


@pytest.mark.parametrize("kind", ["objection", "withdrawal"])
def test_an_objection_takes_every_consent_to_marketing_back(inside: Cast, kind: str) -> None:
    request = take(inside, kind)
    assert request.person is not None
    agree(request.person)
    later = NOW + timedelta(hours=1)
    carry_out(request=request, member=inside.admin, now=later)
    withdrawn = ConsentEntry.objects.filter(person=request.person, state="withdrawn", purpose="marketing", at=later)
    assert sorted(withdrawn.values_list("channel", flat=True)) == ["email", "kakao", "phone", "push", "sms"]


def test_a_copy_to_move_on_with_is_packed(inside: Cast) -> None:
    request = take(inside, "portability")
    carry_out(request=request, member=inside.admin, now=NOW)
    pack_copy(workspace_id=inside.workspace.pk, request_id=request.pk, member_id=inside.admin.pk)
    request.refresh_from_db()
    assert request.state == "done"


def test_an_erasure_leaves_no_text_about_the_person(inside: Cast) -> None:
    request = take(inside, "erasure")
    extend_request(request=request, reason="김하늘 님 자료", member=inside.admin, now=NOW)
    handle_request(
        request=request,
        owner_id=None,
        identity_proof="김하늘 신분증",
        reply="김하늘 님께",
        member=inside.admin,
        now=NOW,
    )
    assert request.person_id is not None
    erase_people(workspace_id=inside.workspace.pk, ids=[request.person_id], member=inside.admin, now=NOW)
    request.refresh_from_db()
    assert (request.note, request.reply, request.identity_proof, request.extension_reason) == ("", "", "", "")


def test_home_tells_those_who_guard_privacy_what_is_due_and_what_is_late(inside: Cast) -> None:
    person = take(inside, "access").person
    assert person is not None
    told = alarms_of(inside.admin)
    assert told == []
    RightsRequest.objects.update(due_at=datetime.now(UTC) + timedelta(days=2))
    assert [alarm.split(" ")[-1] for alarm in alarms_of(inside.admin)] == ["due"]
    take_request(person=person, kind="erasure", member=inside.admin, now=NOW - timedelta(days=900))
    assert [alarm.split(" ")[-1] for alarm in alarms_of(inside.admin)] == ["late", "due"]
    assert alarms_of(inside.jieun) == alarms_of(inside.lee) == []
    assert RightsAlarms in Alarms.known


def alarms_of(member: Member) -> list[str]:
    return [alarm.title for alarm in RightsAlarms().of(member)]
