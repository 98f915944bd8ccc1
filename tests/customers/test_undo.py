"""Every change is written down, and a batch of them can be taken back."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError

from dangol.customers.models import Change, Company, Identity, Person, Relation, Tag, Tagging
from dangol.customers.operations import Left, move_to_trash, restore_from_trash, undo_batch
from dangol.customers.operations.history.kept import KEPT
from dangol.kit import tenancy
from dangol.kit.authorship import act_as, erasing
from dangol.kit.ids import uuid7
from dangol.kit.korean import bigrams
from tests.factories import NOW, make_person
from tests.people import Cast

BOOKS = {
    "id", "workspace_id", "bigrams", "initials", "created_at", "updated_at", "first_seen_at", "last_seen_at",
    "first_told_at", "last_told_at",
}  # fmt: skip
"""Columns that only keep books: when a row came, was seen, by what it is found."""


def lines(about: UUID) -> list[tuple[str, str, object, object]]:
    """What the history tells about somebody, oldest first."""
    return list(Change.objects.filter(about_id=about).order_by("id").values_list("kind", "verb", "before", "after"))


def test_only_what_changed_is_written_down_with_who_and_why(inside: Cast) -> None:
    person = make_person(inside.jieun, city="서울", fields={"grade": "A", "size": 3})
    batch = uuid7()
    with act_as(member_id=inside.jieun.pk, reason="bulk_change", batch=batch):
        Person.objects.filter(pk=person.pk).update(city="부산", fields={"grade": "B", "size": 3, "new": True})
    change = Change.objects.get(about_id=person.pk)
    assert (change.kind, change.verb, change.object_id) == ("person", "change", person.pk)
    assert change.before == {"city": "서울", "fields": {"grade": "A"}}
    assert change.after == {"city": "부산", "fields": {"grade": "B", "new": True}}
    assert (change.member, change.reason, change.batch) == (inside.jieun, "bulk_change", batch)


def test_nothing_is_written_when_nothing_of_substance_changed(inside: Cast) -> None:
    person = make_person(inside.jieun)
    Person.objects.filter(pk=person.pk).update(last_seen_at=NOW, updated_at=NOW, bigrams=["ab"], city="")
    assert lines(person.pk) == []


def test_a_relation_is_told_on_both_ends(inside: Cast) -> None:
    person = make_person(inside.jieun)
    company = Company.objects.create(workspace=inside.workspace, name="단골상사")
    Relation.objects.create(
        workspace=inside.workspace, kind="works_at", source_person=person, target_company=company, origin="staff"
    )
    assert lines(person.pk) == lines(company.pk)
    (told,) = Change.objects.filter(about_id=company.pk)
    assert (told.kind, told.verb, told.before, (told.after or {})["kind"]) == ("relation", "arrival", None, "works_at")


def test_the_history_is_never_changed_and_goes_by_erasure_only(inside: Cast) -> None:
    person = make_person(inside.jieun)
    Person.objects.filter(pk=person.pk).update(city="부산")
    with pytest.raises(IntegrityError), transaction.atomic():
        Change.objects.update(reason="nothing")
    with pytest.raises(IntegrityError), transaction.atomic():
        Change.objects.all().delete()
    with erasing():
        Person.objects.filter(pk=person.pk).update(city="대구")
        gone = person.pk
        person.delete()
        assert len(lines(gone)) == 1
        assert Change.objects.filter(about_id=gone).delete()[0] == 1


def test_a_kept_plan_does_not_compare_every_row_with_every_other(inside: Cast) -> None:
    one = make_person(inside.jieun)
    Person.objects.filter(pk=one.pk).update(city="서울")
    with connection.cursor() as cursor:
        cursor.execute("SELECT proconfig FROM pg_proc WHERE proname LIKE 'history_of_%%'")
        assert all("enable_nestloop=off" in row[0] for row in cursor.fetchall())


def test_who_is_in_the_trash_is_gone_and_comes_back_whole(inside: Cast) -> None:
    person, company = make_person(inside.jieun), Company.objects.create(workspace=inside.workspace, name="단골상사")
    workspace_id = inside.workspace.pk
    for kind, row in (("person", person), ("company", company)):
        model = type(row)
        before = model.objects.filter(pk=row.pk).values().get()
        ids = [row.pk, row.pk, uuid7()]
        assert move_to_trash(workspace_id=workspace_id, kind=kind, ids=ids, member=inside.jieun, now=NOW) == 1
        assert move_to_trash(workspace_id=workspace_id, kind=kind, ids=ids, member=inside.dana, now=NOW) == 0
        assert not model.objects.filter(pk=row.pk).exists()
        with tenancy.open_trash():
            lying = model.objects.get(pk=row.pk)
            assert (lying.deleted_at, lying.deleted_by) == (NOW, inside.jieun)
        assert restore_from_trash(workspace_id=workspace_id, kind=kind, ids=ids, member=inside.jieun, now=NOW) == 1
        after = model.objects.filter(pk=row.pk).values().get()
        assert after == before | {"updated_at": NOW}


def test_a_batch_is_undone_where_its_result_still_stands(inside: Cast) -> None:
    anna, ben, cara = (
        make_person(inside.jieun, name=name, city="서울", fields={"grade": "A"}) for name in ("A", "B", "C")
    )
    batch = uuid7()
    with act_as(member_id=inside.jieun.pk, reason="bulk_change", batch=batch):
        Person.objects.update(city="부산", language="en")
        Person.objects.update(city="대구", fields={"grade": "B", "vip": True})
    Person.objects.filter(pk=ben.pk).update(city="제주")
    move_to_trash(workspace_id=inside.workspace.pk, kind="person", ids=[cara.pk], member=inside.jieun, now=NOW)
    result = undo_batch(workspace_id=inside.workspace.pk, batch=batch, member=inside.jieun, now=NOW)
    assert result.undone == 3
    assert result.left == [Left("person", ben.pk, ben.pk, ("city",))]
    with tenancy.open_trash():
        found = Person.objects.order_by("name").values_list("name", "city", "language", "fields")
        assert list(found) == [
            ("A", "서울", "ko", {"grade": "A"}),
            ("B", "제주", "ko", {"grade": "A"}),
            ("C", "서울", "ko", {"grade": "A"}),
        ]
    again = undo_batch(workspace_id=inside.workspace.pk, batch=batch, member=inside.jieun, now=NOW)
    assert again.undone == 0
    undone = undo_batch(workspace_id=inside.workspace.pk, batch=result.batch, member=inside.jieun, now=NOW)
    assert (undone.undone, undone.left) == (3, [])
    anna.refresh_from_db()
    assert (anna.city, anna.language, anna.fields) == ("대구", "en", {"grade": "B", "vip": True})


def test_a_name_that_comes_back_is_found_again(inside: Cast) -> None:
    person = make_person(inside.jieun, name="김하늘", bigrams=bigrams("김하늘"), initials="ㄱㅎㄴ")
    batch = uuid7()
    with act_as(reason="import", batch=batch):
        Person.objects.update(name="박바다", bigrams=bigrams("박바다"), initials="ㅂㅂㄷ")
    undo_batch(workspace_id=inside.workspace.pk, batch=batch, member=None, now=NOW)
    person.refresh_from_db()
    assert (person.name, person.bigrams, person.initials) == ("김하늘", bigrams("김하늘"), "ㄱㅎㄴ")


def test_what_came_with_a_batch_goes_and_what_went_comes_back(inside: Cast) -> None:
    person = make_person(inside.jieun)
    old, new = (Tag.objects.create(workspace=inside.workspace, name=name) for name in ("옛", "새"))
    Tagging.objects.create(workspace=inside.workspace, tag=old, person=person, at=NOW, by=inside.jieun)
    before = list(Tagging.objects.values())
    batch = uuid7()
    with act_as(member_id=inside.jieun.pk, reason="bulk_change", batch=batch):
        Tagging.objects.all().delete()
        Tagging.objects.create(workspace=inside.workspace, tag=new, person=person, at=NOW)
    result = undo_batch(workspace_id=inside.workspace.pk, batch=batch, member=inside.jieun, now=NOW)
    assert (result.undone, result.left) == (1, [])
    assert list(Tagging.objects.values()) == before


def test_undoing_an_import_deletes_whom_nobody_has_touched_since(inside: Cast) -> None:
    batch = uuid7()
    with act_as(member_id=inside.jieun.pk, reason="import", batch=batch):
        fresh, edited = make_person(inside.jieun, name="New"), make_person(inside.jieun, name="Edited")
    with act_as(member_id=inside.minsu.pk):
        Person.objects.filter(pk=edited.pk).update(city="부산")
    result = undo_batch(workspace_id=inside.workspace.pk, batch=batch, member=inside.jieun, now=NOW)
    assert not Identity.objects.filter(person_id=fresh.pk).exists()
    assert [person.name for person in Person.objects.all()] == ["Edited"]
    assert result.undone >= 1
    assert Left("person", edited.pk, edited.pk, ("id",)) in result.left


def test_a_batch_of_the_other_workspace_is_out_of_reach(cast: Cast) -> None:
    batch = uuid7()
    with tenancy.workspace(cast.workspace.pk), act_as(batch=batch):
        person = make_person(cast.jieun, city="서울")
        Person.objects.update(city="부산")
    with tenancy.workspace(cast.other_workspace.pk):
        assert undo_batch(workspace_id=cast.other_workspace.pk, batch=batch, member=cast.lee, now=NOW).undone == 0
        assert undo_batch(workspace_id=cast.workspace.pk, batch=batch, member=cast.lee, now=NOW).undone == 0
        assert Change.objects.count() == 0
    with tenancy.workspace(cast.workspace.pk):
        assert Person.objects.get(pk=person.pk).city == "부산"
        assert Change.objects.filter(at__lt=NOW - timedelta(days=365)).count() == 0


def test_the_history_knows_every_column_of_every_table_it_keeps(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT substr(proname, 12), prosrc FROM pg_proc WHERE proname LIKE 'history\\_of\\_%%' ORDER BY 1"
        )
        functions = dict(cursor.fetchall())
    models = {model._meta.db_table: model for model in KEPT.values()}
    assert functions.keys() == models.keys()
    unknown = {
        (table, field.column)
        for table, model in models.items()
        for field in model._meta.local_concrete_fields
        if field.column not in BOOKS and f'was."{field.column}"' not in functions[table]
    }
    assert unknown == set()
