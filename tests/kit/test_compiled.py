"""A compiled query brings what its query set would have brought, for every value that it is asked with."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Count, QuerySet
from django.test.utils import CaptureQueriesContext

from dangol.customers.models import Person
from dangol.kit.compiled import Compiled
from tests.factories import NOW, make_person
from tests.people import Cast


def test_other_values_bring_other_rows(inside: Cast) -> None:
    jiwoo, dana = make_person(inside.jieun, name="지우"), make_person(inside.dana, name="Dana")
    named: Compiled[Person] = Compiled(lambda person_id: Person.objects.filter(pk=person_id))
    assert [named(person_id=one.pk) for one in (jiwoo, dana, jiwoo)] == [[jiwoo], [dana], [jiwoo]]
    assert named(person_id=inside.workspace.pk) == []


def test_the_query_set_is_built_once_and_its_links_come_with_it(inside: Cast) -> None:
    person, built = make_person(inside.jieun, owner=inside.jieun), []

    def build(person_id: UUID) -> QuerySet[Person]:
        built.append(person_id)
        return Person.objects.filter(pk=person_id).select_related("owner__user")

    found = Compiled[Person](build)
    for _time in range(3):
        with CaptureQueriesContext(connection) as asked:
            owner = found(person_id=person.pk)[0].owner
            assert owner is not None
            assert owner.user.name == "지은"
        assert len(asked) == 1
    assert len(built) == 1


def test_moments_and_sums_work_too(inside: Cast) -> None:
    make_person(inside.jieun)
    counted: Compiled[dict[str, int]] = Compiled(
        lambda since, workspace_id: (
            Person.objects.filter(workspace_id=workspace_id, first_seen_at__gte=since)
            .values("language")
            .annotate(people=Count("pk"))
            .order_by("language")
        )
    )

    def count(since: datetime) -> list[int]:
        return [row["people"] for row in counted(since=since, workspace_id=inside.workspace.pk)]

    assert count(NOW - timedelta(days=10_000)) == [1]
    assert count(NOW + timedelta(days=10_000)) == []


def test_only_what_is_asked_often_is_kept_for_the_next_time(inside: Cast) -> None:
    named: Compiled[Person] = Compiled(lambda person_id: Person.objects.filter(pk=person_id))
    named(person_id=inside.workspace.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s", ["a whole file"])
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        assert cursor.fetchone() == (1,)
    texts = b"".join(text for text, _types in connection.connection._prepared._counts)
    assert b"a whole file" not in texts


def test_texts_work_too(inside: Cast) -> None:
    make_person(inside.jieun, name="지우", city="서울")
    living: Compiled[Person] = Compiled(lambda city, name: Person.objects.filter(city=city, name__gte=name))
    assert [[one.name for one in living(city=city, name="가")] for city in ("부산", "서울")] == [[], ["지우"]]


def test_what_is_given_is_part_of_the_shape(inside: Cast) -> None:
    jiwoo = make_person(inside.jieun, name="지우", city="서울")
    dana = make_person(inside.dana, name="Dana", city="부산")
    found: Compiled[Person] = Compiled(Person.objects.filter)
    assert [found(city="서울"), found(name="Dana"), found(city="부산"), found(name="Dana", city="서울")] == [
        [jiwoo], [dana], [dana], [],
    ]  # fmt: skip
