"""Segments are made, changed, deleted, and their membership is kept true."""

import threading
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connections, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from dangol.customers.models import Person
from dangol.kit import tenancy
from dangol.kit.ids import uuid7
from dangol.marketing.models import Campaign
from dangol.messaging.models import Template
from dangol.segments import operations, queries
from dangol.segments.contracts import InvalidDefinition
from dangol.segments.enums import SegmentState
from dangol.segments.models import Segment, SegmentMember
from dangol.segments.operations import computing
from tests.factories import NOW, make_person
from tests.people import Cast, make_cast
from tests.segments.conftest import Town
from tests.segments.rows import attribute, did, event, group

SEOUL = group("all", attribute("city", "is", value="서울"))
BUSAN = group("all", attribute("city", "is", value="부산"))
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def made(cast: Cast, definition: dict[str, Any], name: str = "손님") -> Segment:
    return operations.create_segment(by=cast.marketer, name=name, definition=definition, now=NOW)


def compute(segment: Segment, now: datetime = NOW) -> Segment:
    operations.compute_membership(
        workspace_id=segment.workspace_id, segment_id=segment.pk, version=segment.version, now=now
    )
    segment.refresh_from_db()
    return segment


def people_in(segment: Segment) -> set[str]:
    return set(SegmentMember.objects.filter(segment=segment).values_list("person__name", flat=True))


def waiting() -> list[tuple[str, str]]:
    jobs = ProcrastinateJob.objects.filter(status="todo").order_by("id")
    return [(job.task_name.rpartition(".")[2], job.args.get("segment_id", "")) for job in jobs]


def test_new_segment_is_empty_until_computed(inside: Cast, town: Town) -> None:
    segment = made(inside, SEOUL)
    assert (segment.state, segment.size, segment.version) == (SegmentState.COMPUTING, None, 1)
    assert waiting() == [("compute_segment", str(segment.pk))]
    compute(segment)
    assert (segment.state, segment.size, segment.computed_at) == (SegmentState.READY, 1, NOW)
    assert list(queries.member_ids(segment)) == [town.haneul.pk]


def test_who_stays_keeps_the_time_of_entering(inside: Cast, town: Town) -> None:
    segment = compute(made(inside, SEOUL))
    Person.objects.filter(pk=town.bada.pk).update(city="서울")
    compute(segment, now=NOW + DAY)
    entered = dict(SegmentMember.objects.values_list("person__name", "entered_at"))
    assert entered == {"하늘": NOW, "바다": NOW + DAY}
    Person.objects.filter(pk=town.haneul.pk).update(city="대전")
    compute(segment, now=NOW + 2 * DAY)
    assert people_in(segment) == {"바다"}
    assert (segment.size, segment.computed_at) == (1, NOW + 2 * DAY)


def test_computing_twice_changes_nothing(inside: Cast, town: Town) -> None:
    segment = compute(made(inside, SEOUL))
    before = list(SegmentMember.objects.values_list("id", "entered_at"))
    compute(segment)
    assert list(SegmentMember.objects.values_list("id", "entered_at")) == before
    assert before[0][0].version == 7


def test_edit_makes_a_new_version_and_keeps_the_former_members_meanwhile(inside: Cast, town: Town) -> None:
    segment = compute(made(inside, SEOUL))
    edited = operations.edit_segment(
        segment=segment, by=inside.admin, name="부산 손님", definition=BUSAN, now=NOW, seen_version=1
    )
    assert (edited.name, edited.version, edited.state) == ("부산 손님", 2, SegmentState.COMPUTING)
    assert people_in(edited) == {"하늘"}
    compute(edited)
    assert (people_in(edited), edited.state) == ({"바다"}, SegmentState.READY)


def test_renaming_computes_nothing(inside: Cast, town: Town) -> None:
    segment = compute(made(inside, SEOUL))
    renamed = operations.edit_segment(
        segment=segment, by=inside.admin, name="  서울   사람 ", definition=SEOUL, now=NOW
    )
    assert (renamed.name, renamed.version, renamed.state) == ("서울 사람", 1, SegmentState.READY)
    assert len(waiting()) == 1


def test_edit_on_an_outdated_version_is_refused(inside: Cast) -> None:
    segment = made(inside, SEOUL)
    operations.edit_segment(segment=segment, by=inside.admin, name="손님", definition=BUSAN, now=NOW, seen_version=1)
    with pytest.raises(operations.UnableToEditSegment, match="Somebody else has changed this segment"):
        operations.edit_segment(
            segment=segment, by=inside.admin, name="손님", definition=SEOUL, now=NOW, seen_version=1
        )
    assert Segment.objects.get().definition == BUSAN


def test_computation_of_a_former_version_does_nothing(inside: Cast, town: Town) -> None:
    segment = made(inside, SEOUL)
    operations.edit_segment(segment=segment, by=inside.admin, name="손님", definition=BUSAN, now=NOW)
    compute(segment)
    assert (people_in(segment), segment.state, segment.size) == (set(), SegmentState.COMPUTING, None)


def test_names_are_checked(inside: Cast) -> None:
    segment = made(inside, SEOUL)
    with pytest.raises(operations.UnableToCreateSegment, match="exists already"):
        made(inside, BUSAN)
    with pytest.raises(operations.UnableToCreateSegment, match="Give the segment a name"):
        made(inside, BUSAN, name=" ")
    with pytest.raises(operations.UnableToCreateSegment, match="at most 120 letters"):
        made(inside, BUSAN, name="가" * 121)
    made(inside, BUSAN, name="다른 손님")
    with pytest.raises(operations.UnableToEditSegment, match="exists already"):
        operations.edit_segment(segment=segment, by=inside.admin, name="다른 손님", definition=SEOUL, now=NOW)
    with pytest.raises(InvalidDefinition):
        made(inside, {"kind": "all"}, name="셋째")
    assert Segment.objects.count() == 2


def test_circles_and_missing_segments_are_refused(inside: Cast) -> None:
    def on(*segments: Segment) -> dict[str, Any]:
        return group("any", SEOUL, *({"kind": "segment", "segment": str(segment.pk)} for segment in segments))

    first = made(inside, SEOUL, "첫째")
    second = made(inside, on(first), "둘째")
    third = made(inside, on(second), "셋째")
    for definition in (on(first), on(second), on(third)):
        with pytest.raises(operations.UnableToEditSegment, match="built on itself"):
            operations.edit_segment(segment=first, by=inside.admin, name="첫째", definition=definition, now=NOW)
    operations.edit_segment(segment=third, by=inside.admin, name="셋째", definition=on(first, second), now=NOW)
    stranger = {"kind": "segment", "segment": "00000000-0000-7000-8000-000000000000"}
    with pytest.raises(operations.UnableToCreateSegment, match="does not exist any more"):
        made(inside, stranger, "넷째")


def test_deleting(inside: Cast, town: Town) -> None:
    first = compute(made(inside, SEOUL, "첫째"))
    second = made(inside, {"kind": "segment", "segment": str(first.pk)}, "둘째")
    with pytest.raises(operations.UnableToDeleteSegment, match="“둘째” is built on this segment"):
        operations.delete_segment(segment=first, now=NOW)
    operations.delete_segment(segment=second, now=NOW)
    operations.delete_segment(segment=first, now=NOW)
    assert (Segment.objects.count(), SegmentMember.objects.count(), Person.objects.count()) == (0, 0, 4)


def test_segment_of_a_campaign_cannot_be_deleted(inside: Cast, town: Town) -> None:
    segment = compute(made(inside, SEOUL))
    template = Template.objects.create(
        workspace=inside.workspace, name="인사", channel="email", purpose="marketing", created_by=inside.marketer
    )
    Campaign.objects.create(
        workspace=inside.workspace,
        name="봄",
        segment=segment,
        template=template,
        intended_feeling="반가움",
        salt=uuid7(),
        created_by=inside.marketer,
    )
    with pytest.raises(operations.UnableToDeleteSegment, match="A campaign uses this segment"):
        operations.delete_segment(segment=segment, now=NOW)
    assert (Segment.objects.count(), people_in(segment)) == (1, {"하늘"})


def test_people_leave_by_the_clock_alone(inside: Cast, town: Town) -> None:
    did(town.haneul, "Visited", NOW - 10 * DAY + SECOND)
    segment = compute(made(inside, event("Visited", days=10)))
    assert people_in(segment) == {"하늘"}
    compute(segment, now=NOW + SECOND)
    assert people_in(segment) == set()


def test_acts_are_judged_for_the_people_who_acted(inside: Cast, town: Town) -> None:
    visitors = compute(made(inside, event("Visited"), "방문"))
    callers = compute(made(inside, event("Called"), "전화"))
    did(town.haneul, "Visited", NOW - DAY)
    did(town.bada, "Visited", NOW - DAY)
    did(town.haneul, "Called", NOW - DAY)
    operations.refresh_segments_of(
        workspace_id=inside.workspace.pk, person_ids=(town.haneul.pk, town.john.pk), event_names=("Visited",)
    )
    assert (people_in(visitors), people_in(callers)) == ({"하늘"}, set())
    visitors.refresh_from_db()
    assert visitors.size == 1
    operations.refresh_segments_of(
        workspace_id=inside.workspace.pk, person_ids=(town.bada.pk,), event_names=("Visited", "Called")
    )
    assert people_in(visitors) == {"하늘", "바다"}


def test_judging_some_people_leaves_the_others_where_they_are(inside: Cast, town: Town) -> None:
    segment = compute(made(inside, SEOUL))
    Person.objects.filter(pk=town.haneul.pk).update(city="부산")
    Person.objects.filter(pk=town.bada.pk).update(city="서울")
    operations.refresh_segments_of_person(workspace_id=inside.workspace.pk, person_id=town.bada.pk)
    assert people_in(segment) == {"하늘", "바다"}
    operations.refresh_segments_of_person(workspace_id=inside.workspace.pk, person_id=town.haneul.pk)
    assert people_in(segment) == {"바다"}


def test_a_segment_being_computed_is_not_touched_by_acts(inside: Cast, town: Town) -> None:
    segment = compute(made(inside, SEOUL))
    operations.edit_segment(segment=segment, by=inside.admin, name="손님", definition=BUSAN, now=NOW)
    operations.refresh_segments_of_person(workspace_id=inside.workspace.pk, person_id=town.bada.pk)
    assert people_in(segment) == {"하늘"}


def test_segments_built_on_a_changed_one_follow(inside: Cast, town: Town) -> None:
    inner = made(inside, SEOUL, "안")
    outer = made(inside, group("not", {"kind": "segment", "segment": str(inner.pk)}), "밖")
    ProcrastinateJob.objects.all().update(status="todo")
    compute(inner)
    assert waiting()[2:] == [("compute_segment", str(outer.pk))]
    compute(outer)
    compute(inner)
    assert len(waiting()) == 3


def test_only_moving_segments_are_computed_again_by_the_clock(inside: Cast) -> None:
    compute(made(inside, SEOUL, "서울"))
    moving = compute(made(inside, group("all", {"kind": "strength", "operator": "at_least", "value": 5}), "단골"))
    before = len(waiting())
    operations.refresh_moving_segments(workspace_id=inside.workspace.pk)
    operations.refresh_moving_segments(workspace_id=inside.workspace.pk)
    assert waiting()[before:] == [("compute_segment", str(moving.pk))]
    operations.refresh_segments(workspace_id=inside.workspace.pk)
    assert len(waiting()) == before + 2


def test_people_of_other_workspaces_never_get_in(inside: Cast, town: Town) -> None:
    with tenancy.workspace(inside.other_workspace.pk):
        make_person(inside.lee, name="남의 손님", email="other@example.com", city="서울")
    segment = compute(made(inside, {"kind": "everyone"}))
    assert people_in(segment) == {"하늘", "바다", "John", "아무개"}


@pytest.fixture
def committed_segment(committed_db: str) -> tuple[UUID, UUID]:
    cast = make_cast()
    with tenancy.workspace(cast.workspace.pk):
        make_person(cast.jieun, name="하늘", email="haneul@example.com", city="서울")
        make_person(cast.jieun, name="바다", email="bada@example.com", city="부산")
        segment = made(cast, SEOUL)
    return segment.workspace_id, segment.pk


def test_edit_while_computing_throws_the_result_away(
    committed_segment: tuple[UUID, UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The edit lands after the membership was written and before it is declared true: the tightest moment."""
    workspace_id, segment_id = committed_segment

    def edit() -> None:
        try:
            with tenancy.workspace(workspace_id):
                segment = Segment.objects.get(pk=segment_id)
                by = segment.created_by
                operations.edit_segment(segment=segment, by=by, name="손님", definition=BUSAN, now=NOW)
        finally:
            connections.close_all()

    publish = computing._declare_true

    def edit_first(*details: Any) -> None:
        with transaction.atomic():
            thread = threading.Thread(target=edit)
            thread.start()
            thread.join(timeout=20)
        publish(*details)

    monkeypatch.setattr(computing, "_declare_true", edit_first)
    with tenancy.workspace(workspace_id):
        operations.compute_membership(workspace_id=workspace_id, segment_id=segment_id, version=1, now=NOW)
    monkeypatch.undo()
    with tenancy.workspace(workspace_id):
        segment = Segment.objects.get()
        assert (segment.version, segment.state, people_in(segment)) == (2, SegmentState.COMPUTING, set())
        assert people_in(compute(segment)) == {"바다"}


def test_readers_see_the_former_members_or_the_new_ones_and_never_half(
    committed_segment: tuple[UUID, UUID],
) -> None:
    """Another connection looks again and again while the definition changes to and fro and is computed."""
    workspace_id, segment_id = committed_segment
    done = threading.Event()
    seen: set[frozenset[str]] = set()

    def look() -> None:
        try:
            while not done.is_set():
                with tenancy.workspace(workspace_id):
                    seen.add(frozenset(people_in(Segment.objects.get(pk=segment_id))))
        finally:
            connections.close_all()

    with tenancy.workspace(workspace_id):
        by = compute(Segment.objects.get()).created_by
        make_person(by, name="달", email="dal@example.com", city="서울")
    reader = threading.Thread(target=look)
    reader.start()
    for definition in (BUSAN, SEOUL) * 4:
        with tenancy.workspace(workspace_id):
            segment = Segment.objects.get()
            operations.edit_segment(segment=segment, by=by, name="손님", definition=definition, now=NOW)
        with tenancy.workspace(workspace_id):
            compute(Segment.objects.get())
    done.set()
    reader.join(timeout=20)
    assert seen <= {frozenset({"하늘"}), frozenset({"바다"}), frozenset({"하늘", "달"})}
    assert len(seen) > 1


def test_two_computations_at_once_agree(committed_segment: tuple[UUID, UUID]) -> None:
    workspace_id, segment_id = committed_segment
    failures: list[Exception] = []
    together = threading.Barrier(4)

    def work() -> None:
        try:
            together.wait(timeout=20)
            for _turn in range(3):
                with tenancy.workspace(workspace_id):
                    operations.compute_membership(workspace_id=workspace_id, segment_id=segment_id, version=1, now=NOW)
        except Exception as failure:  # noqa: BLE001 - whatever happens is told to the test
            failures.append(failure)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert failures == []
    with tenancy.workspace(workspace_id):
        segment = Segment.objects.get()
        assert (segment.size, people_in(segment)) == (1, {"하늘"})
