"""A breach: who has to be told by when, with what words, and what was done."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from dangol.kit import tenancy
from dangol.privacy.alarms import BreachAlarms
from dangol.privacy.models import Breach, BreachStep
from dangol.privacy.operations import BreachDetails, UnableToRecordBreach, change_breach, record_breach, record_step
from dangol.privacy.queries.breaches import duties_of, steps_of
from dangol.segments.models import Segment, SegmentMember
from dangol.workspaces.contracts import Alarms
from dangol.workspaces.models import Member
from tests.conftest import MemberClient
from tests.factories import NOW, make_person
from tests.people import Cast

pytestmark = pytest.mark.django_db

SignIn = Callable[[Member], MemberClient]
FILLED: dict[str, Any] = {
    "title": "잘못 보낸 명단", "cause": "mistake", "is_certain": True, "found_at": NOW, "happened_at": None,
    "happened": "고객 명단을 다른 회사에 보냈습니다.", "sorts": ["contact"], "has_sensitive": False, "is_gdpr": False,
    "risk": "some", "people_count": 12, "segment": None, "advice": "모르는 번호의 전화를 조심하십시오.",
    "measures": "받은 회사가 지웠습니다.", "contact": "개인정보 보호팀 02-123-4567",
}  # fmt: skip


def make_breach(cast: Cast, **told: Any) -> Breach:
    return record_breach(details=BreachDetails(**FILLED | told), member=cast.admin, now=NOW)


def owed(breach: Breach) -> list[str]:
    return [str(duty.kind) for duty in duties_of(breach, steps_of(breach))]


@pytest.mark.parametrize(
    ("told", "kinds"),
    [
        ({}, ["people_told"]),
        ({"people_count": 999}, ["people_told"]),
        ({"people_count": 1000}, ["people_told", "authority_told"]),
        ({"has_sensitive": True}, ["people_told", "authority_told"]),
        ({"sorts": ["sealed"]}, ["people_told", "authority_told"]),
        ({"cause": "intrusion"}, ["people_told", "authority_told"]),
        ({"is_gdpr": True}, ["people_told", "gdpr_told"]),
        ({"is_gdpr": True, "risk": "unlikely"}, ["people_told"]),
    ],
)
def test_the_law_says_who_has_to_be_told(inside: Cast, told: dict[str, Any], kinds: list[str]) -> None:
    breach = make_breach(inside, **told)
    assert owed(breach) == kinds
    assert breach.due_at - breach.found_at == timedelta(hours=72)


def test_people_are_counted_in_the_segment(inside: Cast) -> None:
    segment = Segment.objects.create(
        workspace=inside.workspace, name="명단", definition={"kind": "everyone"}, created_by=inside.admin
    )
    for _n in range(3):
        person = make_person(inside.jieun)
        SegmentMember.objects.create(workspace=inside.workspace, segment=segment, person=person, entered_at=NOW)
    assert make_breach(inside, people_count=None, segment=segment).people_count == 3
    with pytest.raises(UnableToRecordBreach, match="how many people"):
        make_breach(inside, people_count=None)
    with pytest.raises(UnableToRecordBreach, match="later than now"):
        make_breach(inside, found_at=NOW + timedelta(minutes=1))


def test_a_step_ends_a_duty_and_is_never_changed(inside: Cast) -> None:
    breach = make_breach(inside, people_count=1000)
    later = NOW + timedelta(hours=3)
    record_step(breach=breach, kind="people_told", note="전자우편", member=inside.admin, now=later)
    told = {str(duty.kind): duty.done_at for duty in duties_of(breach, steps_of(breach))}
    assert told == {"people_told": later, "authority_told": None}
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        BreachStep.objects.update(note="다른 말")


def test_home_shows_the_clock_until_everybody_is_told(inside: Cast) -> None:
    breach = make_breach(inside, cause="intrusion")
    alarm = BreachAlarms()
    assert [one.url for one in alarm.of(inside.admin)] == [breach.get_absolute_url()]
    assert alarm.of(inside.jieun) == alarm.of(inside.lee) == []
    for kind in ("people_told", "authority_told"):
        assert alarm.of(inside.admin)
        record_step(breach=breach, kind=kind, note="", member=inside.admin, now=NOW)
    assert alarm.of(inside.admin) == []
    details = BreachDetails(**FILLED | {"is_gdpr": True})
    change_breach(breach=breach, details=details, member=inside.admin, now=NOW)
    assert alarm.of(inside.admin), "what became known since brings a new duty"
    assert BreachAlarms in Alarms.known


def test_a_breach_is_written_down_told_and_exported_on_pages(cast: Cast, client_of: SignIn) -> None:
    admin = client_of(cast.admin)
    filled = {name: value for name, value in FILLED.items() if value not in (None, False)}
    answer = admin.post("/settings/privacy/breaches/new/", filled | {"found_at": "2026-11-22T09:00"})
    with tenancy.workspace(cast.workspace.pk):
        breach = Breach.objects.get()
    address = breach.get_absolute_url()
    assert (answer.status_code, answer["Location"]) == (302, address)
    assert admin.post("/settings/privacy/breaches/new/", {"title": "?"}).status_code == 422
    admin.post(f"{address}steps/", {"kind": "people_told", "note": "전자우편"})
    letter = admin.get(f"{address}record-en.html").content.decode()
    for part in ("Which data", "When and how", "limit the harm", "made good", "Where to report", "claim damages"):
        assert part in letter
    assert "개인정보 보호팀 02-123-4567" in letter

    pages = ["/settings/privacy/breaches/", address, f"{address}edit/", f"{address}record-ko.html"]
    assert {admin.get(page).status_code for page in pages} == {200}
    for member in (cast.jieun, cast.minsu, cast.dana, cast.marketer):
        assert {client_of(member).get(page).status_code for page in pages} == {403}
    assert {client_of(cast.lee).get(page).status_code for page in pages[1:]} == {404}
    assert "잘못 보낸 명단" not in client_of(cast.lee).get(pages[0]).content.decode()
