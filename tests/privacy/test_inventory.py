"""The inventory is whole, and only those who guard privacy read it."""

import json
from collections.abc import Callable

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from pytest_django import DjangoAssertNumQueries

from dangol.customers.models import FieldDefinition, Person
from dangol.kit import tenancy
from dangol.privacy.queries.inventory import COLUMNS, inventory, inventory_rows
from dangol.workspaces.contracts import Period, PersonalData
from dangol.workspaces.enums import Role
from dangol.workspaces.models import Member, Session, User
from tests.conftest import MemberClient
from tests.people import Cast

SignIn = Callable[[Member], MemberClient]
CAN_HOLD_ANYTHING = (
    models.CharField, models.TextField, models.JSONField, models.BinaryField, models.DateField,
    models.GenericIPAddressField, ArrayField,
)  # fmt: skip
PAGES = [
    "", "inventory.csv", "inventory.json", "records-ko.html", "records-en.html", "assessment-ko.html",
    "assessment-en.html",
]  # fmt: skip
WRITTEN_FOR_OTHERS = {"customers_searchpiece", "workspaces_auditwaiting"}


def kept_models() -> list[type[models.Model]]:
    """Return every model whose rows belong to a workspace, and those of members."""
    ours = [model for model in apps.get_models() if model.__module__.startswith("dangol.")]
    return [
        User,
        Session,
        *(model for model in ours if any(f.column == "workspace_id" for f in model._meta.local_fields)),
    ]


def can_hold_anything(field: "models.Field[object, object]") -> bool:
    is_moment = isinstance(field, models.DateTimeField)
    return isinstance(field, CAN_HOLD_ANYTHING) and not is_moment and not field.choices


@pytest.mark.parametrize("model", kept_models(), ids=lambda model: model._meta.db_table)
def test_every_field_that_can_hold_personal_data_says_whether_it_does(model: type[models.Model]) -> None:
    declared = [name for held in PersonalData.held if held.model is model for name in held.fields]
    assert len(declared) == len(set(declared)), "a field has one purpose"
    assert all(model._meta.get_field(name) for name in declared)
    open_to_anything = {field.name for field in model._meta.local_fields if can_hold_anything(field)}
    assert open_to_anything - set(declared) == set(PersonalData.without.get(model, ()))


@pytest.mark.parametrize("model", kept_models(), ids=lambda model: model._meta.db_table)
def test_every_table_about_a_person_says_why(model: type[models.Model]) -> None:
    about_people = model is Person or any(field.related_model is Person for field in model._meta.local_fields)
    assert not about_people or any(held.model is model for held in PersonalData.held)


@pytest.mark.django_db
def test_every_table_of_a_workspace_has_a_model() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT relname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attname = 'workspace_id'
            WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
            """
        )
        tables = {name for (name,) in cursor.fetchall()}
    assert tables - {model._meta.db_table for model in kept_models()} <= WRITTEN_FOR_OTHERS


def test_a_period_proposes_what_it_allows() -> None:
    periods = [held.kept for held in PersonalData.held if isinstance(held.kept, Period)]
    assert periods
    assert all(0 < period.least <= period.days <= period.most for period in periods)


@pytest.mark.django_db
def test_the_inventory_names_every_declared_field_once(
    inside: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    FieldDefinition.objects.create(
        workspace=inside.workspace, object="person", key="shoe", label="신발 크기", kind="text"
    )
    with django_assert_num_queries(3):
        told = inventory(inside.workspace)
    rows = list(inventory_rows(told))
    assert len(rows) == sum(len(held.fields) for held in PersonalData.held)
    assert len({(row[0], row[1]) for row in rows}) == len(rows)
    assert {len(row) for row in rows} == {len(COLUMNS)}
    assert [field.label for field in told.own_fields] == ["신발 크기"]


@pytest.fixture
def officer(cast: Cast) -> Member:
    """Make a privacy officer."""
    with tenancy.workspace(cast.workspace.pk):
        user = User.objects.create_user("officer@example.com", "correct horse battery", name="보호책임자")
        return Member.objects.create(workspace=cast.workspace, user=user, role=Role.PRIVACY_OFFICER)


@pytest.mark.django_db
@pytest.mark.shows("8.2.1")
@pytest.mark.parametrize("page", PAGES)
def test_only_administrators_and_privacy_officers_read_it(
    cast: Cast, officer: Member, client_of: SignIn, page: str
) -> None:
    for member in (cast.admin, officer):
        assert client_of(member).get(f"/settings/privacy/{page}").status_code == 200
    for member in (cast.jieun, cast.minsu, cast.dana, cast.marketer):
        assert client_of(member).get(f"/settings/privacy/{page}").status_code == 403
    assert "단골상회" not in client_of(cast.lee).get(f"/settings/privacy/{page}").content.decode()


@pytest.mark.django_db
def test_a_privacy_officer_finds_the_way(cast: Cast, officer: Member, client_of: SignIn) -> None:
    client = client_of(officer)
    home = client.get("/").content.decode()
    assert 'href="/settings/rights/"' in home
    assert client.get("/settings/").status_code == 403
    (part,) = client.get("/settings/privacy/").context["navigation"]["settings"]
    assert [place.url for place in part.places] == ["/settings/rights/", "/settings/privacy/", "/settings/audit/"]


@pytest.mark.django_db
def test_the_files_are_in_the_language_that_was_asked_for(cast: Cast, client_of: SignIn) -> None:
    client = client_of(cast.admin)
    korean, english = (client.get(f"/settings/privacy/records-{one}.html").content.decode() for one in ("ko", "en"))
    assert ('<html lang="ko">' in korean, '<html lang="en">' in english) == (True, True)
    assert "<h1>Records of processing</h1>" in english
    told = json.loads(client.get("/settings/privacy/inventory.json").content)
    assert {"table": "customers_person", "field": "born_on"}.items() <= next(
        row for row in told["fields"] if row["field"] == "born_on"
    ).items()
    assert client.get("/settings/privacy/inventory.csv").content.decode("utf-8-sig").startswith("table,field,title")
