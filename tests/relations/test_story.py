"""Entries are written once, find their chapter, and stay inside their workspace."""

from datetime import timedelta
from uuid import UUID

import pytest

from dangol.kit import tenancy
from dangol.kit.ids import uuid7
from dangol.relations.models import StoryEntry
from dangol.relations.operations import NewEntry, UnknownKind, write_story
from tests.factories import NOW, make_person
from tests.people import Cast


def entry(person_id: UUID, kind: str, *, days_ago: float = 0, **details: object) -> NewEntry:
    return NewEntry(
        person_id=person_id,
        kind=kind,
        at=NOW - timedelta(days=days_ago),
        details=details,
        source_table="test",
        source_id=uuid7(),
    )


def chapters(person_id: UUID) -> list[tuple[str, str]]:
    return list(StoryEntry.objects.filter(person_id=person_id).order_by("at", "id").values_list("kind", "chapter"))


def test_an_entry_is_written_once(inside: Cast) -> None:
    person = make_person(inside.jieun)
    one = entry(person.pk, "contact_sent", channel="email", purpose="marketing", subject="가을 소식")

    assert write_story(workspace_id=inside.workspace.pk, entries=[one, one]) == 1
    assert write_story(workspace_id=inside.workspace.pk, entries=[one]) == 0
    assert StoryEntry.objects.get().details == {"channel": "email", "purpose": "marketing", "subject": "가을 소식"}


def test_chapters_follow_the_whole_story_whatever_comes_late(inside: Cast) -> None:
    person = make_person(inside.jieun)
    story = [
        entry(person.pk, "first_seen", days_ago=50),
        entry(person.pk, "order", days_ago=40, nth=1, amount="10000", currency="KRW"),
        entry(person.pk, "contact_sent", days_ago=30, channel="email", purpose="marketing"),
        entry(person.pk, "hurt_opened", days_ago=20, reason="포장이 찢어졌다"),
        entry(person.pk, "order", days_ago=15, nth=2, amount="10000", currency="KRW"),
        entry(person.pk, "hurt_resolved", days_ago=10, reason="포장이 찢어졌다"),
        entry(person.pk, "replied", days_ago=9, channel="email"),
        entry(person.pk, "order", days_ago=5, nth=3, amount="10000", currency="KRW"),
    ]
    told = [
        ("first_seen", "first_meeting"),
        ("order", "first_purchase"),
        ("contact_sent", "first_purchase"),
        ("hurt_opened", "trouble"),
        ("order", "trouble"),
        ("hurt_resolved", "recovery"),
        ("replied", "recovery"),
        ("order", "growing_closer"),
    ]
    for one in reversed(story):
        write_story(workspace_id=inside.workspace.pk, entries=[one])
    assert chapters(person.pk) == told

    other = make_person(inside.jieun)
    again = [NewEntry(**{**vars(one), "person_id": other.pk, "source_id": uuid7()}) for one in story]
    write_story(workspace_id=inside.workspace.pk, entries=again)
    assert chapters(other.pk) == told


def test_a_kind_that_nobody_tells_is_refused(inside: Cast) -> None:
    person = make_person(inside.jieun)
    with pytest.raises(UnknownKind, match="gossip"):
        write_story(workspace_id=inside.workspace.pk, entries=[entry(person.pk, "gossip")])


def test_entries_for_people_of_another_workspace_are_left_out(cast: Cast) -> None:
    with tenancy.workspace(cast.other_workspace.pk):
        stranger = make_person(cast.lee)
    with tenancy.workspace(cast.workspace.pk):
        assert write_story(workspace_id=cast.workspace.pk, entries=[entry(stranger.pk, "first_seen")]) == 0
    with tenancy.workspace(cast.other_workspace.pk):
        assert StoryEntry.objects.count() == 0
