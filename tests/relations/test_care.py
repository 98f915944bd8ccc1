"""Promises, hurts and feelings: what is refused, what is told, and what pauses marketing."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from dangol.customers.models import Person
from dangol.kit import tenancy
from dangol.relations.enums import FeelingSource, PromiseOutcome
from dangol.relations.models import Promise, StoryEntry
from dangol.relations.operations import (
    UnableToEndPromise,
    UnableToNoteFeeling,
    UnableToOpenHurt,
    UnableToPromise,
    UnableToResolveHurt,
    end_promise,
    make_promise,
    note_feeling,
    open_hurt,
    resolve_hurt,
)
from dangol.relations.queries import latest_feeling, open_hurts, open_promises, people_hurt, story_page, story_so_far
from dangol.relations.queries.story import ToldEntry
from tests.factories import NOW, make_person
from tests.people import Cast

TOMORROW = NOW + timedelta(days=1)
SEOUL = ZoneInfo("Asia/Seoul")


def promised(cast: Cast, person: Person) -> Promise:
    return make_promise(person=person, sentence="내일까지 전화드릴게요", due_at=TOMORROW, by=cast.jieun, now=NOW)


def told(person: Person, language: str) -> list[str]:
    page = story_page(person, language, zone=SEOUL, now=NOW)
    entries: list[ToldEntry] = [entry for chapter in page.chapters for entry in chapter.entries]
    return [entry.sentence for entry in entries]


def test_a_promise_is_open_until_it_ends(inside: Cast) -> None:
    person = make_person(inside.jieun)
    promise = promised(inside, person)
    assert list(open_promises(person)) == [promise]

    end_promise(promise=promise, outcome=PromiseOutcome.KEPT, by=inside.minsu, now=NOW + timedelta(hours=2))

    assert list(open_promises(person)) == []
    assert told(person, "en") == [
        "22 November: we kept our promise “내일까지 전화드릴게요”.",
        "22 November: we promised “내일까지 전화드릴게요”, by 23 November.",
    ]


def test_a_promise_kept_too_late_is_late(inside: Cast) -> None:
    person = make_person(inside.jieun)
    end = end_promise(
        promise=promised(inside, person), outcome=PromiseOutcome.KEPT, by=inside.jieun, now=NOW + timedelta(days=2)
    )
    assert end.outcome == PromiseOutcome.LATE
    assert "약속을 늦게 지켰습니다" in told(person, "ko")[0]


def test_promises_that_cannot_be_made_or_ended(inside: Cast) -> None:
    person = make_person(inside.jieun)
    with translation.override("en"):
        with pytest.raises(UnableToPromise, match="exact words"):
            make_promise(person=person, sentence=" ", due_at=TOMORROW, by=inside.jieun, now=NOW)
        with pytest.raises(UnableToPromise, match="future"):
            make_promise(person=person, sentence="어제", due_at=NOW, by=inside.jieun, now=NOW)
        promise = promised(inside, person)
        with pytest.raises(UnableToEndPromise, match="Say why"):
            end_promise(promise=promise, outcome=PromiseOutcome.WITHDRAWN, by=inside.jieun, now=NOW)
        end_promise(promise=promise, outcome=PromiseOutcome.KEPT, by=inside.jieun, now=NOW)
        with pytest.raises(UnableToEndPromise, match="already"):
            end_promise(promise=promise, outcome=PromiseOutcome.KEPT, by=inside.jieun, now=NOW)


def test_hurts_are_opened_once_and_made_good_once(inside: Cast) -> None:
    person = make_person(inside.jieun)
    with translation.override("en"):
        with pytest.raises(UnableToOpenHurt, match="what went wrong"):
            open_hurt(person=person, reason="", now=NOW)
        hurt = open_hurt(person=person, reason="포장이 찢어졌다", by=inside.jieun, now=NOW)
        with pytest.raises(UnableToResolveHurt, match="how"):
            resolve_hurt(hurt=hurt, note=" ", by=inside.jieun, now=NOW)
        resolve_hurt(hurt=hurt, note="다시 보냈다", by=inside.jieun, now=NOW + timedelta(hours=1))
        with pytest.raises(UnableToResolveHurt, match="already"):
            resolve_hurt(hurt=hurt, note="다시 보냈다", by=inside.jieun, now=NOW)
    assert list(open_hurts(person)) == []
    assert list(StoryEntry.objects.order_by("at").values_list("kind", "chapter")) == [
        ("hurt_opened", "trouble"),
        ("hurt_resolved", "recovery"),
    ]


def test_open_hurts_and_late_promises_are_reported(inside: Cast) -> None:
    hurt, late, both, good, fine = (make_person(inside.jieun) for _number in range(5))
    for person in (hurt, both):
        open_hurt(person=person, reason="늦었다", now=NOW)
    for person in (late, both, fine):
        promised(inside, person)
    end_promise(promise=Promise.objects.get(person=fine), outcome=PromiseOutcome.KEPT, by=inside.jieun, now=NOW)
    resolve_hurt(hurt=open_hurt(person=good, reason="늦었다", now=NOW), note="사과했다", by=inside.jieun, now=NOW)
    people = [person.pk for person in (hurt, late, both, good, fine)]

    assert people_hurt(person_ids=people, now=NOW) == {hurt.pk: "open_hurt", both.pk: "open_hurt"}
    assert people_hurt(person_ids=people, now=NOW + timedelta(days=2)) == {
        hurt.pk: "open_hurt",
        both.pk: "open_hurt",
        late.pk: "late_promise",
    }


def test_hurts_of_another_workspace_are_not_reported(cast: Cast) -> None:
    with tenancy.workspace(cast.other_workspace.pk):
        stranger = make_person(cast.lee)
        open_hurt(person=stranger, reason="늦었다", now=NOW)
    with tenancy.workspace(cast.workspace.pk):
        assert people_hurt(person_ids=[stranger.pk], now=NOW) == {}
    assert people_hurt(person_ids=[stranger.pk], now=NOW) == {}


def feel(person: Person, valence: int, source: FeelingSource, *, hours: float, touchpoint: str = "배송") -> None:
    note_feeling(
        person=person,
        valence=valence,
        source=source,
        touchpoint=touchpoint,
        evidence="문장",
        now=NOW + timedelta(hours=hours),
    )


def test_an_inference_never_wins_over_what_was_said(inside: Cast) -> None:
    person = make_person(inside.jieun)
    assert latest_feeling(person) is None
    feel(person, -2, FeelingSource.DECLARED, hours=0)
    feel(person, -1, FeelingSource.OBSERVED, hours=1)
    feel(person, 2, FeelingSource.INFERRED, hours=2)
    feeling = latest_feeling(person)
    assert feeling is not None
    assert (feeling.valence, feeling.source) == (-2, "declared")


def test_a_feeling_at_another_touchpoint_or_much_later_is_its_own(inside: Cast) -> None:
    person = make_person(inside.jieun)
    feel(person, -2, FeelingSource.DECLARED, hours=0)
    feel(person, 1, FeelingSource.INFERRED, hours=200)
    assert latest_feeling(person).valence == 1  # type: ignore[union-attr] # there is one
    feel(person, 2, FeelingSource.OBSERVED, hours=201, touchpoint="매장")
    assert latest_feeling(person).valence == 2  # type: ignore[union-attr] # there is one


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"valence": 3}, "very upset"),
        ({"intensity": 0}, "very upset"),
        ({"touchpoint": " "}, "where"),
        ({"evidence": ""}, "evidence"),
    ],
)
def test_feelings_that_cannot_be_noted(inside: Cast, wrong: dict[str, object], said: str) -> None:
    person = make_person(inside.jieun)
    facts: dict[str, object] = {
        "valence": 1,
        "touchpoint": "배송",
        "evidence": "웃음",
        "source": FeelingSource.INFERRED,
    }
    with translation.override("en"), pytest.raises(UnableToNoteFeeling, match=said):
        note_feeling(person=person, now=NOW, **(facts | wrong))  # type: ignore[arg-type] # deliberately wrong


def test_the_story_so_far_of_somebody_in_trouble(inside: Cast) -> None:
    person = make_person(inside.jieun, name="김하늘", first_seen_at=NOW - timedelta(days=40))
    open_hurt(person=person, reason="늦었다", now=NOW)
    promised(inside, person)
    feel(person, -2, FeelingSource.DECLARED, hours=0)
    assert story_so_far(person, "ko", now=NOW + timedelta(days=2)) == [
        "김하늘 고객. 10월 13일에 처음 만났습니다 (6주 전).",
        "아직 구매한 적이 없습니다.",
        "아직 단골이라 할 수 없습니다.",
        "마지막으로 안 마음: 매우 언짢음, 배송 (고객이 직접 말함).",
        "남은 일: 풀리지 않은 일 1건, 지켜야 할 약속 1건 (기한을 넘긴 약속 1건).",
    ]
    assert story_so_far(person, "en", now=NOW) == [
        "김하늘. Known since 13 October, for 6 weeks.",
        "No purchase yet.",
        "Not a regular yet.",
        "Last known feeling: very upset, 배송 (said so).",
        "Open: 1 hurt to make good, 1 promise to keep.",
    ]
