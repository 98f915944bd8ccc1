"""Several sources, one person: which of them wins each field, and why."""

from datetime import date, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from dangol.customers import operations
from dangol.customers.models import Company, Identity, PeopleImport, Person, SourceTrust, Telling
from dangol.customers.operations import (
    CompanyDetails,
    FieldDetails,
    PersonDetails,
    change_company,
    change_own_field,
    change_person,
    choose_value,
    create_company,
    create_person,
    define_field,
    details_of,
    told,
)
from dangol.customers.operations.traits import update_people
from dangol.customers.queries import field_definitions
from dangol.customers.queries.trust import provenance_of, ranks
from dangol.kit import tenancy
from tests.factories import NOW, make_person
from tests.people import Cast

DAY = timedelta(days=1)
LATER = NOW + DAY


def imported(cast: Cast, **fields: Any) -> Person:
    person = make_person(
        cast.jieun, name="김하늘", email="haneul@example.com", **{"origin": "import", "city": "서울"} | fields
    )
    Person.objects.filter(pk=person.pk).update(updated_at=NOW)
    person.refresh_from_db()
    return person


def tell(person: Person, origin: str, said: dict[str, object], at: datetime = LATER) -> Person:
    told(workspace_id=person.workspace_id, origin=origin, tellings=[(person.pk, said, at)], now=LATER)
    person.refresh_from_db()
    return person


def test_a_single_source_costs_nothing_and_is_simply_written(
    inside: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    person = imported(inside, origin="tracking")
    with django_assert_num_queries(2):
        update_people(
            workspace_id=inside.workspace.pk, traits={person.pk: {"city": "부산"}}, origin="tracking", now=LATER
        )
    person.refresh_from_db()
    assert (person.city, person.won, Telling.objects.count()) == ("부산", {}, 0)


def test_a_person_made_and_corrected_by_hand_has_one_source(inside: Cast) -> None:
    person = create_person(member=inside.jieun, details=PersonDetails(name="김하늘"), now=NOW)
    change_person(person=person, member=inside.minsu, details=PersonDetails(name="김바다"), now=LATER)
    person.refresh_from_db()
    assert (person.name, person.won, Telling.objects.count()) == ("김바다", {}, 0)


def test_the_more_trusted_source_wins_and_says_why(inside: Cast) -> None:
    person = tell(imported(inside), "tracking", {"city": "부산", "language": "en"})
    assert (person.city, person.language) == ("서울", "ko")
    assert person.won["city"] == {"origin": "import", "at": NOW.isoformat(), "why": "trust"}
    first, second = Telling.objects.order_by("origin")
    assert (first.origin, first.told["city"], first.told["name"]) == ("import", "서울", "김하늘")
    assert (second.origin, second.told) == ("tracking", {"city": "부산", "language": "en"})


def test_of_equally_trusted_sources_the_newer_wins(inside: Cast) -> None:
    person = tell(imported(inside), "source:erp", {"city": "부산"})
    assert (person.city, person.won["city"]["why"]) == ("부산", "newer")
    assert tell(person, "import", {"city": "대구"}, at=NOW - DAY).city == "부산"
    assert tell(person, "import", {"city": "대구"}, at=LATER + DAY).city == "대구"


def test_what_only_one_source_says_is_taken_from_it(inside: Cast) -> None:
    person = tell(imported(inside), "tracking", {"born_on": "1990-12-31", "address": ""})
    assert (person.born_on, person.address) == (date(1990, 12, 31), "")
    assert person.won["born_on"]["why"] == "only"
    assert "address" not in person.won


def test_what_a_member_writes_wins_and_stays(inside: Cast) -> None:
    person = imported(inside)
    change_person(
        person=person,
        member=inside.jieun,
        now=NOW,
        details=PersonDetails(name="김하늘", email=person.email, city="부산"),
    )
    person = tell(person, "import", {"city": "대구", "name": "김하늘이"}, at=LATER + DAY)
    assert (person.city, person.won["city"]["origin"], person.won["city"]["why"]) == ("부산", "staff", "trust")
    assert (person.name, person.bigrams) == ("김하늘이", ["김하", "하늘", "늘이"])


def test_what_a_member_empties_stays_empty(inside: Cast) -> None:
    person = imported(inside)
    change_person(
        person=person,
        member=inside.jieun,
        now=NOW,
        details=PersonDetails(name="김하늘", email=person.email, language="ko"),
    )
    assert tell(person, "tracking", {"city": "부산"}).city == ""


def test_traits_of_a_known_person_are_decided_and_their_own_fields_kept(inside: Cast) -> None:
    person = imported(inside)
    traits = {person.pk: {"city": "부산", "phone": "010-1234-5678", "grade": "VIP"}}
    for _time in range(2):
        update_people(workspace_id=inside.workspace.pk, traits=traits, origin="tracking", now=LATER)
    person.refresh_from_db()
    assert (person.city, person.phone, person.fields) == ("서울", "+821012345678", {"grade": "VIP"})
    assert Telling.objects.count() == 2


def test_the_workspace_sets_its_own_trust(inside: Cast) -> None:
    SourceTrust.objects.create(workspace_id=inside.workspace.pk, origin="tracking", rank=90)
    SourceTrust.objects.create(workspace_id=inside.workspace.pk, origin="source:old", rank=5)
    assert tell(imported(inside), "tracking", {"city": "부산"}).city == "부산"
    trust = ranks(inside.workspace.pk)
    found = [
        trust.of(name) for name in ("staff", "import", "import:2026", "source:old", "source:new", "tracking", "who")
    ]
    assert found == [100, 60, 60, 5, 60, 90, 50]


def test_companies_are_decided_alike(inside: Cast) -> None:
    company = create_company(member=inside.jieun, details=CompanyDetails(name="한빛상사", city="서울"), now=NOW)
    Company.objects.filter(pk=company.pk).update(origin="import")
    company.refresh_from_db()
    changed = change_company(
        company=company, member=inside.jieun, details=CompanyDetails(name="㈜새빛상사", city="서울"), now=NOW
    )
    assert (changed.name, changed.won["name"]["origin"]) == ("㈜새빛상사", "staff")
    told(
        workspace_id=company.workspace_id, origin="import", kind="company", now=LATER,
        tellings=[(company.pk, {"name": "한빛상사", "industry": "도매"}, LATER)],
    )  # fmt: skip
    company.refresh_from_db()
    assert (company.name, company.industry, company.bigrams) == ("㈜새빛상사", "도매", ["새빛", "빛상", "상사"])


def test_the_page_can_tell_where_each_field_comes_from(inside: Cast) -> None:
    person = tell(imported(inside), "tracking", {"city": "부산"})
    city = next(one for one in provenance_of(person) if one.field == "city")
    assert [(one.origin, one.value, one.is_winner) for one in city.versions] == [
        ("import", "서울", True),
        ("tracking", "부산", False),
    ]
    assert str(city.why) == "This source is trusted more than the others."
    assert provenance_of(make_person(inside.jieun)) == []


def test_another_workspace_is_never_spoken_of(inside: Cast) -> None:
    with tenancy.workspace(inside.other_workspace.pk):
        stranger = make_person(inside.lee, name="Lee", origin="import", city="Busan")
    told(workspace_id=inside.workspace.pk, origin="tracking", tellings=[(stranger.pk, {"name": "X"}, LATER)], now=LATER)
    with tenancy.workspace(inside.other_workspace.pk):
        assert Person.objects.get().name == "Lee"
        assert Telling.objects.count() == 0


ORIGINS = st.sampled_from(["staff", "source:erp", "source:shop", "tracking", "form"])
SAID = st.fixed_dictionaries(
    {}, optional={"city": st.sampled_from(["서울", "부산", "대구"]), "name": st.sampled_from(["김하늘", "김바다"])}
)
TELLINGS = st.lists(st.tuples(ORIGINS, SAID, st.integers(-2, 2)), min_size=1, max_size=4)


@pytest.mark.django_db
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tellings=TELLINGS)
def test_the_order_in_which_tellings_arrive_does_not_matter(
    inside: Cast, tellings: list[tuple[str, dict[str, object], int]]
) -> None:
    results = set()
    for order in list(permutations(tellings))[:6]:
        person = _fresh(inside)
        for origin, said, days in order:
            tell(person, origin, said, at=NOW + days * DAY)
        results.add((person.city, person.name, str(sorted(person.won.items())), tuple(person.bigrams)))
        Telling.objects.filter(person=person).delete()
        Person.objects.filter(pk=person.pk).delete()
    assert len(results) == 1


def _fresh(cast: Cast) -> Person:
    person = Person.objects.create(
        workspace_id=cast.workspace.pk, name="김하늘", city="서울", origin="import", first_seen_at=NOW,
        bigrams=["김하", "하늘"],
    )  # fmt: skip
    Person.objects.filter(pk=person.pk).update(updated_at=NOW)
    person.refresh_from_db()
    return person


def take_in(cast: Cast, text: str) -> PeopleImport:
    made = operations.upload_people(member=cast.marketer, file_name="people.csv", content=text.encode(), now=NOW)
    operations.check_people_import(people_import=made, now=NOW)
    operations.start_people_import(people_import=made, member=cast.marketer, now=NOW)
    operations.run_people_import(workspace_id=cast.workspace.pk, import_id=made.pk)
    return made


def test_a_file_does_not_write_over_what_a_member_wrote(inside: Cast) -> None:
    details = PersonDetails(name="김하늘", email="haneul@example.com", city="서울")
    person = create_person(member=inside.jieun, details=details, now=NOW)
    made = take_in(
        inside, "이메일,이름,도시,국가\nhaneul@example.com,김하늘이,부산,KR\nnew@example.com,김바다,부산,KR\n"
    )
    person.refresh_from_db()
    assert (person.name, person.city, person.country) == ("김하늘", "서울", "KR")
    assert (person.won["city"]["origin"], person.won["country"]["origin"]) == ("staff", "import")
    assert Telling.objects.get(origin="import").told["city"] == "부산"
    operations.undo_people_import(people_import=made, member=inside.jieun)
    operations.take_import_back(workspace_id=inside.workspace.pk, import_id=made.pk)
    person.refresh_from_db()
    assert (person.name, person.country, person.won) == ("김하늘", "", {})
    assert Telling.objects.count() == 0
    assert Person.objects.count() == 1


def test_a_file_that_is_the_only_source_keeps_nothing_beside(inside: Cast) -> None:
    take_in(inside, "이메일,이름,도시\nhaneul@example.com,김하늘,서울\n")
    take_in(inside, "이메일,이름,도시\nhaneul@example.com,김하늘,부산\n")
    person = Person.objects.get()
    assert (person.city, person.won, Telling.objects.count()) == ("부산", {}, 0)


def test_what_is_written_to_many_rows_counts_as_written_by_hand(inside: Cast) -> None:
    alone = create_person(member=inside.jieun, details=PersonDetails(name="김하나"), now=NOW)
    single, several = imported(inside), tell(_fresh(inside), "tracking", {"language": "en"})
    people = [alone, single, several]
    changed = operations.change_field_of_many(
        workspace_id=inside.workspace.pk, listed="people", ids=[one.pk for one in people], field="city",
        value="부산", now=LATER,
    )  # fmt: skip
    assert changed == 3
    for person in people:
        person.refresh_from_db()
    assert (alone.city, alone.won) == ("부산", {})
    for person in (single, several):
        assert person.won["city"] == {"origin": "staff", "at": LATER.isoformat(), "why": "trust"}
        found = tell(person, "import", {"city": "대구", "name": "김바다"}, at=LATER + DAY)
        assert (found.city, found.name) == ("부산", "김바다")
    assert Telling.objects.get(person=single, origin="import").told["name"] == "김바다"


def grade_of(cast: Cast, **fields: Any) -> Person:
    grade = FieldDetails(label="등급", kind="choice", key="grade", choices=("VIP", "단골", "신규"))
    define_field(member=cast.admin, object="person", details=grade, now=NOW)
    return imported(cast, fields={"grade": "단골", "points": 120} | fields)


def test_own_fields_are_decided_like_the_others(inside: Cast) -> None:
    person = tell(grade_of(inside), "tracking", {"fields.grade": "신규", "fields.shoe": 250, "fields.points": ""})
    assert person.fields == {"grade": "단골", "points": 120, "shoe": 250}
    assert person.won["fields.grade"] == {"origin": "import", "at": NOW.isoformat(), "why": "trust"}
    assert person.won["fields.shoe"]["why"] == "only"
    assert tell(person, "source:erp", {"fields.grade": "VIP"}).fields["grade"] == "VIP"


def test_events_do_not_write_over_what_a_member_wrote_in_an_own_field(inside: Cast) -> None:
    person = grade_of(inside)
    (grade,) = field_definitions(workspace_id=person.workspace_id, object="person")
    change_own_field(row=person, definition=grade, value="VIP", seen="단골", member=inside.minsu, now=NOW)
    update_people(
        workspace_id=person.workspace_id, traits={person.pk: {"grade": "신규", "points": 130}}, origin="tracking",
        now=LATER,
    )  # fmt: skip
    person.refresh_from_db()
    assert person.fields == {"grade": "VIP", "points": 120}
    assert {name: person.won[name]["origin"] for name in ("fields.grade", "fields.points")} == {
        "fields.grade": "staff",
        "fields.points": "import",
    }
    changed = change_person(
        person=person, member=inside.jieun, details=details_of(person), values={"grade": None}, now=LATER
    )
    assert changed.fields == {"points": 120}
    assert "grade" not in tell(changed, "import", {"fields.grade": "VIP"}, at=LATER + DAY).fields


def test_a_file_does_not_write_over_own_fields_of_whom_is_trusted_more(inside: Cast) -> None:
    person = grade_of(inside, points=None)
    (grade,) = field_definitions(workspace_id=person.workspace_id, object="person")
    change_own_field(row=person, definition=grade, value="VIP", seen="단골", member=inside.minsu, now=NOW)
    take_in(inside, f"이메일,이름,등급,취미\n{person.email},김하늘,신규,등산\n")
    person.refresh_from_db()
    assert person.fields["grade"] == "VIP"
    assert "등산" in person.fields.values()


def test_the_page_shows_own_fields_and_numbers_with_source_time_and_trust(
    inside: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    person = grade_of(inside, external_id="C-1")
    for number, origin in (("C-1", "import"), ("SHOP-9", "tracking")):
        Identity.objects.create(
            workspace=inside.workspace, person=person, kind="external_id", value=number, origin=origin
        )
    Person.objects.filter(pk=person.pk).update(external_id="C-1")
    person = tell(person, "tracking", {"fields.grade": "신규", "fields.shoe": 250})
    with django_assert_num_queries(4):
        shown = {str(one.label): one for one in provenance_of(person, member=inside.jieun)}
    assert [(one.value, one.label, one.confidence, one.is_winner) for one in shown["등급"].versions] == [
        ("단골", "Imported file", 60, True),
        ("신규", "Events", 40, False),
    ]
    assert [one.at for one in shown["등급"].versions] == [NOW, LATER]
    assert (shown["shoe"].versions[0].value, shown["shoe"].may_choose) == ("250", False)
    assert [(one.value, one.is_winner) for one in shown["Customer number"].versions] == [
        ("C-1", True),
        ("SHOP-9", False),
    ]


def test_a_member_chooses_the_value_of_an_own_field(inside: Cast) -> None:
    person = tell(grade_of(inside), "tracking", {"fields.grade": "신규"})
    choose_value(row=person, field="fields.grade", origin="tracking", member=inside.jieun, now=LATER)
    person.refresh_from_db()
    assert (person.fields["grade"], person.won["fields.grade"]["origin"]) == ("신규", "staff")
