"""What is over its period goes, once that is switched on, in batches that can be cut off."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from dangol.customers.models import Person
from dangol.kit import tenancy
from dangol.kit.ids import uuid7
from dangol.privacy.models import RetentionChoice, RetentionRun
from dangol.privacy.operations import UnableToChoosePeriod, apply_retention, choose_period
from dangol.privacy.operations import retention as retention_operations
from dangol.privacy.queries.inventory import inventory, inventory_rows
from dangol.privacy.queries.retention import limited, retention_lines
from dangol.relations.models import Feeling
from dangol.tracking.models import Order
from dangol.workspaces.models import AuditEntry, Member
from tests.conftest import MemberClient
from tests.factories import NOW, make_person
from tests.people import Cast

pytestmark = pytest.mark.django_db

SignIn = Callable[[Member], MemberClient]
LONG_AGO = datetime.now(UTC) - timedelta(days=4000)


def make_feelings(cast: Cast, count: int, at: datetime) -> None:
    person = make_person(cast.jieun)
    Feeling.objects.bulk_create(
        Feeling(
            workspace=cast.workspace, person=person, valence=1, intensity=1, source="observed", touchpoint="visit",
            evidence="웃음", at=at,
        )
        for _n in range(count)
    )  # fmt: skip


def test_nothing_goes_until_it_is_switched_on(inside: Cast) -> None:
    make_feelings(inside, 2, LONG_AGO)
    line = next(one for one in retention_lines(inside.admin, now=NOW) if one.held.model is Feeling)
    assert (line.over.value, line.is_on, line.days) == (2, False, line.period.days)
    apply_retention(workspace_id=inside.workspace.pk)
    assert (Feeling.objects.count(), RetentionRun.objects.count()) == (2, 0)


def test_what_is_older_goes_in_batches_and_is_reported(inside: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention_operations, "BATCH", 2)
    make_feelings(inside, 5, LONG_AGO)
    make_feelings(inside, 1, datetime.now(UTC))
    choose_period(table="relations_feeling", days=365, is_on=True, member=inside.admin, now=NOW)
    for _twice in range(2):
        apply_retention(workspace_id=inside.workspace.pk)
    assert Feeling.objects.count() == 1
    runs = RetentionRun.objects.order_by("started_at", "id")
    assert [(run.deleted, run.finished_at is not None) for run in runs] == [(5, True), (0, True)]


def test_a_run_that_was_cut_off_goes_on(inside: Cast) -> None:
    make_feelings(inside, 3, LONG_AGO)
    choose_period(table="relations_feeling", days=365, is_on=True, member=inside.admin, now=NOW)
    RetentionRun.objects.create(
        workspace=inside.workspace, table="relations_feeling", before=LONG_AGO, started_at=LONG_AGO, deleted=7
    )
    apply_retention(workspace_id=inside.workspace.pk)
    run = RetentionRun.objects.get()
    assert (run.deleted, run.finished_at is not None, Feeling.objects.count()) == (10, True, 0)


def test_people_not_seen_for_years_are_erased_whole_and_orders_stay_their_years(inside: Cast) -> None:
    gone, here = make_person(inside.jieun, last_seen_at=LONG_AGO), make_person(inside.jieun, last_seen_at=NOW)
    never_seen = make_person(inside.jieun)
    Order.objects.create(
        workspace=inside.workspace, person=gone, number="1", placed_at=datetime.now(UTC), amount=1, currency="KRW",
        event_id=uuid7(), item_count=1,
    )  # fmt: skip
    choose_period(table="customers_person", days=1096, is_on=True, member=inside.admin, now=NOW)
    apply_retention(workspace_id=inside.workspace.pk)
    assert set(Person.objects.all()) == {here, never_seen}
    with tenancy.open_trash():
        nameless = Person.objects.get(pk=gone.pk)
    assert (nameless.name, nameless.email, Order.objects.get().person_id) == ("", "", gone.pk)


@pytest.mark.parametrize("held", limited(), ids=lambda held: held.table)
def test_every_period_can_be_applied(inside: Cast, held: object) -> None:
    table = held.table  # type: ignore[attr-defined] # limited() holds PersonalData
    period = held.kept  # type: ignore[attr-defined] # and each of it a Period
    choose_period(table=table, days=period.least, is_on=True, member=inside.admin, now=NOW)
    apply_retention(workspace_id=inside.workspace.pk)
    assert RetentionRun.objects.get().table == table


@pytest.mark.parametrize(
    ("table", "days"), [("tracking_order", 1826), ("tracking_order", 9999), ("workspaces_user", 30)]
)
def test_no_period_is_shorter_or_longer_than_the_law_allows(inside: Cast, table: str, days: int) -> None:
    with pytest.raises(UnableToChoosePeriod):
        choose_period(table=table, days=days, is_on=True, member=inside.admin, now=NOW)
    assert not RetentionChoice.objects.exists()


def test_the_inventory_tells_what_was_chosen(inside: Cast) -> None:
    choose_period(table="relations_feeling", days=400, is_on=True, member=inside.admin, now=NOW)
    kept = {row[0]: row[-1] for row in inventory_rows(inventory(inside.workspace))}
    assert "400" in kept["relations_feeling"]
    assert AuditEntry.objects.filter(verb="choose_retention").count() == 1


@pytest.mark.shows("8.2.1")
def test_only_those_who_guard_privacy_see_and_choose(
    cast: Cast, client_of: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    filled = {"table": "relations_feeling", "days": "365", "is_on": "on"}
    for member in (cast.jieun, cast.minsu, cast.dana, cast.marketer):
        assert client_of(member).get("/settings/privacy/retention/").status_code == 403
        assert client_of(member).post("/settings/privacy/retention/period/", filled).status_code == 403
    admin = client_of(cast.admin)
    assert admin.post("/settings/privacy/retention/period/", filled).status_code == 302
    with tenancy.workspace(cast.workspace.pk):
        assert RetentionChoice.objects.get().is_on
    with django_assert_num_queries(13 + len(limited())):
        assert 'name="is_on" checked' in admin.get("/settings/privacy/retention/").content.decode()
    assert 'name="is_on" checked' not in client_of(cast.lee).get("/settings/privacy/retention/").content.decode()
