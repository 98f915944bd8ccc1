"""Files of fields go when nothing refers to them any more, and not a day before."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from dangol.customers.models import Company, FieldFile, FilePiece, Person
from dangol.customers.operations import (
    FieldDetails,
    change_company,
    change_person,
    company_details_of,
    define_field,
    details_of,
    merge_people,
    move_to_trash,
    sweep_files,
    told,
    unmerge,
)
from dangol.customers.operations.field_files import NewFile
from dangol.customers.queries import field_definitions
from dangol.kit import tenancy
from dangol.kit.authorship import erasing
from dangol.kit.ids import uuid7
from dangol.workspaces.models import Member
from tests.factories import NOW, make_person
from tests.people import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def papers(inside: Cast) -> None:
    for of in ("person", "company"):
        define_field(
            member=inside.admin, object=of, details=FieldDetails(label="계약서", kind="file", key="paper"), now=NOW
        )


def put(person: Person, member: Member, name: str | None) -> Any:
    """Put a file into the field of a person, or take it out; return its id."""
    definitions = field_definitions(workspace_id=person.workspace_id, object="person")
    value = NewFile(name, name.encode()) if name else None
    changed = change_person(
        person=person, member=member, details=details_of(person), now=NOW, values={"paper": value},
        definitions=definitions,
    )  # fmt: skip
    return changed.fields.get("paper", {}).get("file")


def pass_days(days: int) -> None:
    """Let all files and the whole history be older by so many days."""
    FieldFile.objects.update(created_at=timezone.now() - timedelta(days=days))
    with erasing(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM customers_change WHERE %s > 30", [days])


def left(cast: Cast) -> set[str]:
    sweep_files(workspace_id=cast.workspace.pk)
    return {str(file) for file in FieldFile.objects.values_list("pk", flat=True)}


@pytest.mark.usefixtures("papers")
def test_a_replaced_file_goes_after_the_days_of_the_history(inside: Cast) -> None:
    person = make_person(inside.jieun, name="김하늘")
    first, second = put(person, inside.jieun, "one.pdf"), put(person, inside.jieun, "two.pdf")
    assert left(inside) == {first, second}
    pass_days(2)
    assert left(inside) == {first, second}
    pass_days(31)
    assert left(inside) == {second}
    assert FilePiece.objects.count() == 1
    put(person, inside.jieun, None)
    assert left(inside) == {second}
    pass_days(31)
    assert left(inside) == set()
    assert left(inside) == set()


@pytest.mark.usefixtures("papers")
def test_what_lies_in_the_trash_or_was_said_by_a_source_keeps_its_file(inside: Cast) -> None:
    person, thrown = make_person(inside.jieun, name="김하늘", origin="import"), make_person(inside.jieun, name="이도윤")
    kept, lying = put(person, inside.jieun, "one.pdf"), put(thrown, inside.jieun, "two.pdf")
    move_to_trash(
        workspace_id=person.workspace_id, kind="person", ids=[thrown.pk], member=inside.jieun, now=NOW, batch=uuid7()
    )
    company = Company.objects.create(workspace=inside.workspace, name="단골상회", origin="staff")
    definitions = field_definitions(workspace_id=person.workspace_id, object="company")
    for value in (NewFile("three.pdf", b"3"), None):
        change_company(
            company=company, member=inside.jieun, details=company_details_of(company), now=NOW,
            values={"paper": value}, definitions=definitions,
        )  # fmt: skip
    person.refresh_from_db()
    said = {"fields.paper": {"file": kept}}
    told(workspace_id=person.workspace_id, origin="tracking", tellings=[(person.pk, said, NOW)], now=NOW)
    Person.objects.filter(pk=person.pk).update(fields={})
    pass_days(31)
    assert left(inside) == {kept, lying}


@pytest.mark.usefixtures("papers")
def test_a_merge_can_be_taken_back_with_both_files(inside: Cast) -> None:
    keep, other = make_person(inside.jieun, name="김하늘"), make_person(inside.jieun, name="김 하늘")
    both = [put(person, inside.jieun, f"{n}.pdf") for n, person in enumerate((keep, other))]
    merge = merge_people(keep=keep, merge=other, choices={"fields.paper": "merge"}, member=inside.jieun, now=NOW)
    pass_days(31)
    assert left(inside) == set(both)
    unmerge(merge=merge, member=inside.jieun, now=NOW)
    held = {str(one.pk): one.fields["paper"]["file"] for one in Person.objects.all()}
    assert held == {str(keep.pk): both[0], str(other.pk): both[1]}
    assert left(inside) == set(both)


@pytest.mark.usefixtures("papers")
def test_other_workspaces_are_swept_by_their_own_job(inside: Cast) -> None:
    person = make_person(inside.jieun, name="김하늘")
    put(person, inside.jieun, "one.pdf")
    put(person, inside.jieun, None)
    pass_days(31)
    with tenancy.workspace(inside.other_workspace.pk):
        sweep_files(workspace_id=inside.other_workspace.pk)
    assert FieldFile.objects.count() == 1
