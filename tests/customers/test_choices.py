"""Choices that are renamed or taken away, and the values that rows hold of them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from dangol.customers.models import Change, Company, CustomRecord, FieldDefinition, FieldValue, Person
from dangol.customers.operations import (
    ChoicesInUse,
    FieldDetails,
    UnableToTakeBack,
    change_field,
    define_field,
    exchange_choices,
    fill_field_index,
    move_to_trash,
    read_field_value,
    restore_from_trash,
    take_exchange_back,
    told,
)
from dangol.customers.operations.fields import details_of_field
from dangol.kit import tenancy
from dangol.kit.ids import uuid7
from dangol.workspaces.models import Member
from tests.factories import NOW, make_person
from tests.people import Cast

SignIn = Callable[[Member], Client]
GRADES = ("VIP", "단골", "신규")


def grade(cast: Cast, kind: str = "choice", **details: Any) -> FieldDefinition:
    told_of = FieldDetails(label="등급", kind=kind, key="grade", choices=GRADES, **details)
    return define_field(member=cast.admin, object="person", details=told_of, now=NOW)


def choose(field: FieldDefinition, cast: Cast, *choices: str, **more: Any) -> FieldDefinition:
    field.refresh_from_db()
    details = FieldDetails(**vars(details_of_field(field)) | {"choices": choices})
    return change_field(field=field, member=cast.admin, details=details, now=NOW, **more)


def held() -> list[Any]:
    return list(Person.objects.order_by("name").values_list("fields__grade", flat=True))


def people(cast: Cast, *values: Any) -> list[Person]:
    return [make_person(cast.jieun, name=f"김하늘{n}", fields={"grade": value}) for n, value in enumerate(values)]


def test_stored_values_follow_a_new_name_with_history_and_back(inside: Cast) -> None:
    field = grade(inside, default="단골", is_filterable=True)
    fill_field_index(workspace_id=field.workspace_id, definition_id=field.pk)
    first, *_others = people(inside, "단골", "VIP", "단골")
    batch = uuid7()
    renamed = choose(field, inside, "VIP", "오랜 단골", "신규", becomes={"단골": "오랜 단골"}, batch=batch)
    assert (renamed.choices, renamed.default, held()) == (
        ["VIP", "오랜 단골", "신규"], "오랜 단골", ["오랜 단골", "VIP", "오랜 단골"],
    )  # fmt: skip
    assert FieldValue.objects.filter(words="오랜 단골").count() == 2
    assert read_field_value(renamed, "단골") == "오랜 단골"
    line = Change.objects.get(object_id=first.pk, batch=batch)
    assert (line.before, line.after) == ({"fields": {"grade": "단골"}}, {"fields": {"grade": "오랜 단골"}})
    assert (line.member, line.reason) == (inside.admin, "choices")
    Person.objects.filter(pk=first.pk).update(fields={"grade": "VIP"})
    result = take_exchange_back(field=field, batch=batch, member=inside.admin, now=NOW)
    field.refresh_from_db()
    assert (field.choices, field.default, field.former_choices) == (list(GRADES), "단골", {})
    assert (held(), result.undone, len(result.left)) == (["VIP", "VIP", "단골"], 1, 1)


def test_every_former_name_leads_to_the_choice_of_today(inside: Cast) -> None:
    field = grade(inside)
    people(inside, "단골", "VIP")
    choose(field, inside, "VIP", "오랜 단골", "신규", becomes={"단골": "오랜 단골"})
    choose(field, inside, "vip+", "신규", becomes={"오랜 단골": "vip+", "VIP": "vip+"})
    field.refresh_from_db()
    assert [read_field_value(field, word) for word in ("단골", "오랜 단골", "vip", "신규")] == [*["vip+"] * 3, "신규"]
    choose(field, inside, "신규", becomes={"vip+": ""})
    field.refresh_from_db()
    assert field.former_choices == {}
    field = choose(field, inside, "신규", "VIP")
    assert read_field_value(field, "vip") == "VIP"


def test_a_choice_in_use_goes_only_when_somebody_says_what_becomes_of_it(inside: Cast) -> None:
    field = grade(inside)
    people(inside, "단골", "신규", "단골")
    with pytest.raises(ChoicesInUse) as refusal:
        choose(field, inside, "VIP")
    assert refusal.value.used == {"단골": 2, "신규": 1}
    with pytest.raises(ChoicesInUse) as refusal:
        choose(field, inside, "VIP", becomes={"단골": "VIP", "신규": "Gold"})
    assert refusal.value.used == {"신규": 1}
    assert held() == ["단골", "신규", "단골"]
    choose(field, inside, "VIP", becomes={"단골": "VIP", "신규": ""})
    assert held() == ["VIP", None, "VIP"]
    assert not Person.objects.filter(fields__has_key="grade", name="김하늘1").exists()
    choose(field, inside, "VIP", "신규")
    assert choose(field, inside, "VIP").choices == ["VIP"]


def test_of_several_choices_only_the_one_is_exchanged(inside: Cast) -> None:
    field = grade(inside, "choices", default="단골, VIP")
    people(inside, ["VIP", "단골"], ["단골"], ["신규"], ["단골", "신규"])
    changed = choose(field, inside, "VIP", "신규", becomes={"단골": "VIP"})
    assert held() == [["VIP"], ["VIP"], ["신규"], ["VIP", "신규"]]
    assert changed.default == ["VIP"]
    choose(field, inside, "VIP", becomes={"신규": ""})
    assert held() == [["VIP"], ["VIP"], None, ["VIP"]]


def test_what_sources_said_and_what_lies_in_the_trash_follows_too(inside: Cast) -> None:
    field = grade(inside)
    person, thrown = people(inside, "단골", "단골")
    Person.objects.filter(pk=person.pk).update(origin="import")
    told(workspace_id=person.workspace_id, origin="tracking", tellings=[(person.pk, {"city": "부산"}, NOW)], now=NOW)
    batch = uuid7()
    move_to_trash(
        workspace_id=person.workspace_id, kind="person", ids=[thrown.pk], member=inside.jieun, now=NOW, batch=batch
    )
    choose(field, inside, "VIP", "오랜 단골", "신규", becomes={"단골": "오랜 단골"})
    restore_from_trash(
        workspace_id=person.workspace_id, kind="person", ids=[thrown.pk], member=inside.jieun, now=NOW, batch=batch
    )
    told(workspace_id=person.workspace_id, origin="tracking", tellings=[(person.pk, {"city": "대구"}, NOW)], now=NOW)
    assert held() == ["오랜 단골", "오랜 단골"]


def test_very_many_rows_follow_in_a_job_that_may_run_twice(inside: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    field = grade(inside)
    people(inside, "단골", "단골")
    monkeypatch.setattr("dangol.customers.operations.choices.AT_ONCE", 1)
    batch = uuid7()
    choose(field, inside, "VIP", "친구", becomes={"단골": "친구"}, batch=batch)
    assert held() == ["단골", "단골"]
    for _time in range(2):
        exchange_choices(
            workspace_id=field.workspace_id, definition_id=field.pk, batch=batch, member_id=inside.admin.pk,
            becomes={"단골": "친구"},
        )  # fmt: skip
    assert held() == ["친구", "친구"]
    assert Change.objects.filter(batch=batch).count() == 2


def test_only_rows_of_the_object_and_the_workspace_follow(inside: Cast) -> None:
    field = grade(inside)
    Company.objects.create(workspace=inside.workspace, name="단골상회", fields={"grade": "단골"})
    people(inside, "단골")
    with tenancy.workspace(inside.other_workspace.pk):
        stranger = make_person(inside.lee, fields={"grade": "단골"})
    choose(field, inside, "VIP", becomes={"단골": "VIP"})
    assert (held(), Company.objects.get().fields) == (["VIP"], {"grade": "단골"})
    with pytest.raises(UnableToTakeBack):
        take_exchange_back(field=field, batch=uuid7(), member=inside.admin, now=NOW)
    assert not CustomRecord.objects.exists()
    with tenancy.workspace(inside.other_workspace.pk):
        stranger.refresh_from_db()
        assert stranger.fields == {"grade": "단골"}


def test_the_form_asks_and_offers_the_new_name(cast: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        field = grade(cast)
        people(cast, "단골", "단골")
    admin = client_of(cast.admin)
    path, told_of = f"/settings/fields/{field.pk}/", {"label": "등급", "choices": "VIP\n오랜 단골\n신규"}
    asked = admin.post(path, told_of)
    page = asked.content.decode()
    assert (asked.status_code, "사용 중인 것이 있습니다" in page, 'name="becomes_1"' in page) == (422, True, True)
    assert '<option value="오랜 단골" selected>' in page
    saved = admin.post(path, told_of | {"becomes_1": "오랜 단골"})
    assert saved.status_code == 302
    with tenancy.workspace(cast.workspace.pk):
        assert held() == ["오랜 단골", "오랜 단골"]
    batch = saved["Location"].split("exchanged=")[1].split("&")[0]
    undo = f"/settings/fields/{field.pk}/exchanges/{batch}/undo/"
    assert undo in admin.get(saved["Location"]).content.decode()
    assert client_of(cast.jieun).post(undo).status_code == 403
    assert client_of(cast.lee).post(undo).status_code == 404
    admin.post(undo)
    with tenancy.workspace(cast.workspace.pk):
        assert held() == ["단골", "단골"]
