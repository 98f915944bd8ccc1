"""Custom fields in segments: the same people by the side table as by the rows, and the same words."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from dangol.customers.models import FieldDefinition, Person
from dangol.customers.operations import (
    FieldDetails,
    archive_field,
    change_field,
    define_field,
    details_of_field,
    empty_field_index,
    fill_field_index,
)
from dangol.kit import tenancy
from dangol.segments import queries
from dangol.segments.contracts import Offers, read_definition
from dangol.segments.contracts.builder import lay_out, row_of
from dangol.segments.queries.fields import offered_fields
from dangol.workspaces.models import Member, User
from tests.factories import NOW, make_person
from tests.people import Cast

SignIn = Callable[[Member], Client]
KINDS: dict[str, dict[str, Any]] = {
    "grade": {"kind": "choice", "choices": ("Gold", "은")},
    "spent": {"kind": "money", "currency": "KRW"},
    "visits": {"kind": "number"},
    "married": {"kind": "date"},
    "tastes": {"kind": "choices", "choices": ("tea", "green tea", "rice")},
    "vip": {"kind": "boolean"},
    "note": {"kind": "text"},
    "friend": {"kind": "person"},
}
PEOPLE: dict[str, dict[str, Any]] = {
    "gold": {
        "grade": "Gold", "spent": 12000, "visits": 2.5, "married": "2020-05-02", "tastes": ["tea", "rice"], "vip": True,
        "note": "이층 창가", "friend": "0192d3c0-0000-7000-8000-000000000001",
    },
    "silver": {
        "grade": "은", "spent": 900, "visits": -1, "married": "2026-11-20", "tastes": ["green tea"], "vip": False,
        "note": "LOUD",
    },
    "text": {
        "grade": "gold", "spent": "12000", "visits": "many", "married": "soon", "tastes": [], "vip": None, "note": "",
    },
    "none": {},
}  # fmt: skip
QUESTIONS: list[tuple[str, str, Any, set[str]]] = [
    ("grade", "is", "gold", {"gold", "text"}),
    ("grade", "is_not", "Gold", {"silver", "none"}),
    ("grade", "is_set", None, {"gold", "silver", "text"}),
    ("grade", "is_empty", None, {"none"}),
    ("grade", "contains", "ol", {"gold", "text"}),
    ("spent", "is", 12000, {"gold", "text"}),
    ("spent", "is", "12000", {"gold", "text"}),
    ("spent", "is_not", 12000, {"silver", "none"}),
    ("spent", "more_than", 1000, {"gold", "text"}),
    ("spent", "less_than", 1000.5, {"silver"}),
    ("visits", "more_than", -2, {"gold", "silver"}),
    ("visits", "is", 2.5, {"gold"}),
    ("married", "before", "2026-01-01", {"gold"}),
    ("married", "after", "2026-11-19", {"silver"}),
    ("married", "after", "2026-11-20", set()),
    ("married", "in_last_days", 5, {"silver"}),
    ("married", "more_than_days_ago", 5, {"gold"}),
    ("married", "is", "2020-05-02", {"gold"}),
    ("tastes", "is", "tea", {"gold"}),
    ("tastes", "is", "GREEN tea", {"silver"}),
    ("tastes", "is_not", "tea", {"silver", "text", "none"}),
    ("vip", "is", "true", {"gold"}),
    ("vip", "is_not", "true", {"silver", "text", "none"}),
    ("note", "starts_with", "이층", {"gold"}),
    ("note", "contains", "loud", {"silver"}),
    ("note", "is", "loud", {"silver"}),
    ("note", "is_set", None, {"gold", "silver"}),
    ("note", "is_empty", None, {"text", "none"}),
    ("friend", "is_set", None, {"gold"}),
    ("friend", "is_empty", None, {"silver", "text", "none"}),
]


def question(field: str, operator: str, operand: Any) -> dict[str, Any]:
    asked: dict[str, Any] = {"kind": "attribute", "attribute": f"fields.{field}", "operator": operator}
    return asked if operand is None else asked | {"days" if "days" in operator else "value": operand}


def matching(cast: Cast, definition: dict[str, Any]) -> set[str]:
    people = queries.people_matching(definition, workspace_id=cast.workspace.pk, now=NOW)
    return set(people.values_list("name", flat=True))


def sql_of(cast: Cast, definition: dict[str, Any]) -> str:
    return queries.compile_people(read_definition(definition), workspace_id=cast.workspace.pk, now=NOW).sql()


@pytest.fixture
def guests(inside: Cast) -> Cast:
    for name, fields in PEOPLE.items():
        make_person(inside.jieun, name=name, fields=fields)
    return inside


def define(cast: Cast, *, filterable: bool) -> list[FieldDefinition]:
    made = []
    for key, details in KINDS.items():
        told = FieldDetails(label=f"The {key}", key=key, is_filterable=filterable, **details)
        field = define_field(member=cast.admin, object="person", details=told, now=NOW)
        if field.is_indexed:
            fill_field_index(workspace_id=field.workspace_id, definition_id=field.pk)
        made.append(field)
    return made


@pytest.mark.parametrize("filterable", [True, False])
def test_the_same_people_by_the_side_table_and_by_the_rows(guests: Cast, *, filterable: bool) -> None:
    define(guests, filterable=filterable)
    for field, operator, operand, names in QUESTIONS:
        asked = question(field, operator, operand)
        assert matching(guests, asked) == names, (field, operator, operand)
        neither = {"kind": "not", "conditions": [asked]}
        assert matching(guests, neither) == set(PEOPLE) - names, (field, operator, operand)


def test_fields_go_together_with_other_conditions(guests: Cast) -> None:
    define(guests, filterable=True)
    gold, loud, named = (
        question("grade", "is", "Gold"), question("note", "is", "loud"),
        {"kind": "attribute", "attribute": "name", "operator": "is", "value": "none"},
    )  # fmt: skip
    assert matching(guests, {"kind": "any", "conditions": [gold, loud, named]}) == {"gold", "text", "silver", "none"}
    assert matching(guests, {"kind": "all", "conditions": [gold, question("vip", "is", "true")]}) == {"gold"}
    assert matching(guests, {"kind": "all", "conditions": [gold, {"kind": "not", "conditions": [loud]}]}) == {
        "gold",
        "text",
    }


def test_the_side_table_is_asked_once_it_is_ready_and_no_longer(guests: Cast) -> None:
    asked = question("grade", "is", "Gold")
    assert "customers_fieldvalue" not in sql_of(guests, asked)
    field = define_field(
        member=guests.admin, object="person",
        details=FieldDetails(label="Grade", key="grade", is_filterable=True, **KINDS["grade"]), now=NOW,
    )  # fmt: skip
    assert "customers_fieldvalue" not in sql_of(guests, asked)
    assert matching(guests, asked) == {"gold", "text"}
    fill_field_index(workspace_id=field.workspace_id, definition_id=field.pk)
    assert "customers_fieldvalue" in sql_of(guests, asked)
    details = FieldDetails(**{**vars(details_of_field(field)), "is_filterable": False})
    change_field(field=field, member=guests.admin, details=details, now=NOW)
    assert "customers_fieldvalue" not in sql_of(guests, asked)
    empty_field_index(workspace_id=field.workspace_id, definition_id=field.pk)
    archive_field(field=field, member=guests.admin, now=NOW)
    assert matching(guests, asked) == {"gold", "text"}


def test_fields_are_said_by_their_names_in_both_languages(guests: Cast) -> None:
    define(guests, filterable=False)
    for asked, english, korean in (
        (question("grade", "is", "Gold"), "People whose The grade is Gold", "The grade"),
        (question("spent", "more_than", 12000), "People whose The spent is more than 12,000", "12,000"),
        (question("vip", "is", "true"), "People whose The vip is Yes", "The vip"),
        (question("unheard", "is_set", None), "People whose unheard is known", "unheard"),
    ):
        assert queries.describe(asked, "en") == english
        assert korean in queries.describe(asked, "ko")
        assert "⟨" not in queries.describe(asked, "ko")


def test_the_builder_asks_as_the_kind_needs(guests: Cast, client_of: SignIn) -> None:
    define(guests, filterable=False)
    User.objects.update(language="en")
    client = client_of(guests.marketer)
    expected = {
        "grade": ('<option value="은">은</option>', "is more than"),
        "spent": ('inputmode="decimal"', "starts with"),
        "married": ('type="date"', "contains"),
        "vip": ('<option value="true" selected>Yes</option>', "contains"),
    }
    for key, (there, absent) in expected.items():
        sent = {"c:kind": "all", "c.0:kind": "attribute", "c.0:attribute": f"fields.{key}", "name": "x"}
        page = client.post("/segments/new/", sent, headers={"HX-Request": "true"}).content.decode()
        assert (there in page, absent in page) == (True, False), key
        assert f'<option value="fields.{key}" selected>The {key}</option>' in page
    saved = {
        "c:kind": "all", "c.0:kind": "attribute", "c.0:attribute": "fields.spent", "c.0:operator": "is",
        "c.0:value": "12,000", "name": "Big", "save": "1",
    }  # fmt: skip
    assert client.post("/segments/new/", saved).status_code == 302
    assert queries.segments_visible(guests.marketer).get().definition == {
        "kind": "all", "conditions": [question("spent", "is", 12000)]
    }  # fmt: skip


@pytest.mark.parametrize("filterable", [True, False])
def test_a_former_name_of_a_choice_goes_on_asking_for_it(guests: Cast, *, filterable: bool) -> None:
    field = next(one for one in define(guests, filterable=filterable) if one.key == "grade")
    Person.objects.filter(name="text").delete()
    asked = [question("grade", "is", "gold"), question("grade", "is_not", "GOLD")]
    choices = tuple("금" if choice == "Gold" else choice for choice in field.choices)
    details = FieldDetails(**vars(details_of_field(field)) | {"choices": choices})
    change_field(field=field, member=guests.admin, details=details, now=NOW, becomes={"Gold": "금"})
    assert [matching(guests, one) for one in asked] == [{"gold"}, {"silver", "none"}]
    assert queries.describe(asked[0], "en") == "People whose The grade is 금"
    known = offered_fields(guests.workspace.pk)
    root = row_of(asked[0], {})
    lay_out(root, Offers(known=known))
    assert [part.value for part in root.rows[0].shown] == ["fields.grade", "is", "금"]


def test_fields_of_another_workspace_say_nothing(cast: Cast) -> None:
    with tenancy.workspace(cast.other_workspace.pk):
        details = FieldDetails(label="Theirs", key="grade", kind="number", is_filterable=True)
        field = define_field(member=cast.lee, object="person", details=details, now=NOW)
        fill_field_index(workspace_id=field.workspace_id, definition_id=field.pk)
        make_person(cast.lee, name="theirs", fields={"grade": 5})
    with tenancy.workspace(cast.workspace.pk):
        make_person(cast.jieun, name="ours", fields={"grade": 5})
        assert matching(cast, question("grade", "is", 5)) == {"ours"}
        assert queries.describe(question("grade", "is", 5), "en") == "People whose grade is 5"
        assert queries.offers(cast.marketer).known == []
