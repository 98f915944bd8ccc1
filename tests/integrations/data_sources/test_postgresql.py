"""People out of another PostgreSQL."""

import os
import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from dangol.customers.contracts import Erased
from dangol.customers.models import Company, Person
from dangol.integrations.data_sources import operations
from dangol.integrations.data_sources.enums import Kind, RunState
from dangol.integrations.data_sources.models import Run, RunProblem, SeenRow, Source
from dangol.integrations.data_sources.person_traces import RefusedRows
from dangol.workspaces.models import AuditEntry
from tests.factories import NOW
from tests.integrations.data_sources.sources import PASSWORD, counts, foreign_database, make_source, read
from tests.people import Cast

Shop = tuple[dict[str, Any], "psycopg.Connection[Any]"]

MEMBERS = """
CREATE TABLE "회원" (id bigint PRIMARY KEY, name text, email text, phone text, "등급" text,
    changed_at timestamptz NOT NULL);
INSERT INTO "회원"
SELECT n, '회원' || n, 'm' || n || '@example.com', '010-1234-' || lpad(n::text, 4, '0'), 'gold',
    '2026-01-01'::timestamptz + n * interval '1 hour'
FROM generate_series(1, 25) n
"""


NOT_KEPT = {"changed_at": ""}


@pytest.fixture
def shop(db: None) -> Iterator[Shop]:
    with foreign_database(f"shop_{os.getpid()}") as (place, owner):
        owner.execute(MEMBERS)
        yield place, owner


@pytest.fixture
def source(inside: Cast, shop: Shop) -> Source:
    return make_source(inside.admin, Kind.SQL, shop[0], {"table": "회원"}, mapping=NOT_KEPT, cursor_column="changed_at")


def test_a_table_comes_in_whole_and_then_only_what_changed(inside: Cast, shop: Shop, source: Source) -> None:
    first = read(source, inside.admin)
    assert (first.state, counts(first)) == (RunState.DONE, (25, 25, 0, 0))
    person = Person.objects.get(external_id="7")
    assert (person.name, person.email, person.phone) == ("회원7", "m7@example.com", "+821012340007")
    assert person.fields == {"등급": "gold"}
    assert counts(read(source, inside.admin)) == (0, 0, 0, 0)
    shop[1].execute("""UPDATE "회원" SET name = '새이름', changed_at = '2026-03-01Z' WHERE id = 7""")
    shop[1].execute("""INSERT INTO "회원" VALUES (26, '회원26', 'm26@example.com', '', '', '2026-03-01Z')""")
    second = read(source, inside.admin)
    assert counts(second) == (2, 1, 1, 0)
    assert source.cursor["value"] == "2026-03-01T00:00:00+00:00"
    assert (second.cursor_before["value"][:10], second.cursor_after) == ("2026-01-02", source.cursor)
    assert Person.objects.get(external_id="7").name == "새이름"


def test_a_row_that_comes_late_with_the_newest_value_is_not_missed(inside: Cast, shop: Shop, source: Source) -> None:
    read(source, inside.admin)
    newest = '(SELECT max(changed_at) FROM "회원")'
    shop[1].execute(f"""INSERT INTO "회원" VALUES (99, '늦은', 'late@example.com', '', '', {newest})""")
    assert counts(read(source, inside.admin)) == (1, 1, 0, 0)
    assert counts(read(source, inside.admin)) == (0, 0, 0, 0)


def test_a_full_load_says_how_many_vanished_and_deletes_nobody(inside: Cast, shop: Shop) -> None:
    source = make_source(inside.admin, Kind.SQL, shop[0], {"table": "회원"})
    assert read(source, inside.admin).vanished_count == 0
    shop[1].execute("""DELETE FROM "회원" WHERE id IN (3, 4)""")
    run = read(source, inside.admin)
    assert (run.vanished_count, counts(run)) == (2, (23, 0, 0, 0))
    assert Person.objects.filter(external_id__in=["3", "4"]).count() == 2
    assert read(source, inside.admin).vanished_count == 0


def test_a_select_is_read_and_its_rows_are_refused_one_by_one(inside: Cast, shop: Shop) -> None:
    query = """SELECT id, CASE id WHEN 2 THEN 'no address' WHEN 3 THEN '900101-1234568' ELSE email END AS email,
        '50%' AS memo, id::text AS copy FROM "회원" WHERE id <= 4 AND name LIKE '회%';"""
    mapping = {"memo": "", "copy": "name"}
    source = make_source(inside.admin, Kind.SQL, shop[0], {"query": query}, mapping=mapping)
    run = read(source, inside.admin)
    assert counts(run) == (4, 2, 0, 2)
    problems = list(RunProblem.objects.order_by("row").values_list("row", "column", "code", "text"))
    assert problems == [(2, "email", "bad_email", "2 | no address | 50% | 2"), (3, "", "resident_number", "")]


def test_companies_come_in_too(inside: Cast, shop: Shop) -> None:
    shop[1].execute(
        "CREATE TABLE firms (name text, 사업자등록번호 text); INSERT INTO firms VALUES ('단골', '124-81-00998')"
    )
    source = make_source(inside.admin, Kind.SQL, shop[0], {"table": "firms"}, subject="companies")
    assert counts(read(source, inside.admin)) == (1, 1, 0, 0)
    assert Company.objects.get().business_number == "1248100998"


def test_who_is_here_already_can_be_left_alone(inside: Cast, shop: Shop) -> None:
    source = make_source(inside.admin, Kind.SQL, shop[0], {"table": "회원"}, on_duplicate="skip")
    read(source, inside.admin)
    shop[1].execute("""UPDATE "회원" SET name = 'other'""")
    assert counts(read(source, inside.admin)) == (25, 0, 0, 0)


def test_nothing_can_be_written_there(inside: Cast, shop: Shop) -> None:
    shop[1].execute("CREATE SEQUENCE counter; GRANT ALL ON SEQUENCE counter TO PUBLIC")
    for query, words in (
        ('DELETE FROM "회원" RETURNING id, email', "Only a SELECT"),
        ('SELECT id, email FROM "회원"; DROP TABLE "회원"', "not one SELECT"),
        ('WITH gone AS (DELETE FROM "회원" RETURNING *) SELECT id, email FROM gone', "Only a SELECT"),
        ("SELECT nextval('counter') AS id", "read-only transaction"),
    ):
        with pytest.raises(operations.UnableToSetUp, match=words):
            make_source(inside.admin, Kind.SQL, shop[0], {"query": query}, name=query[:90])
    assert shop[1].execute('SELECT count(*) FROM "회원"').fetchone() == (25,)


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"user": "nobody"}, "did not accept the user name or the password"),
        ({"database": "nowhere"}, "There is no database nowhere"),
        ({"port": 1}, "Nobody answers at 127.0.0.1, port 1"),
        ({"host": "db.invalid"}, "There is no server named db.invalid."),
        ({"encryption": "unverified"}, "cannot be encrypted as chosen"),
    ],
)
def test_what_is_wrong_is_said_in_plain_words(inside: Cast, shop: Shop, wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(operations.UnableToSetUp, match=re.escape(words)) as refusal:
        make_source(inside.admin, Kind.SQL, shop[0] | wrong, {"table": "회원"})
    assert PASSWORD not in str(refusal.value)


def test_a_private_network_must_be_allowed_first(inside: Cast, shop: Shop) -> None:
    with pytest.raises(operations.UnableToSetUp, match="leads into a private network"):
        make_source(inside.admin, Kind.SQL, shop[0], {"table": "회원"}, is_private_allowed=False)


def test_secrets_are_sealed_and_stand_in_no_record(inside: Cast, source: Source) -> None:
    assert source.secrets
    told = [source.secrets, str(source.place), str(list(AuditEntry.objects.values_list("detail", flat=True)))]
    assert PASSWORD not in "".join(told)


def test_a_run_is_taken_back_and_the_source_paused(inside: Cast, shop: Shop, source: Source) -> None:
    operations.set_active(source=source, member=inside.admin, is_active=True, now=NOW)
    read(source, inside.admin)
    shop[1].execute("""UPDATE "회원" SET name = '새이름', changed_at = '2026-03-01Z' WHERE id = 7""")
    shop[1].execute("""INSERT INTO "회원" VALUES (26, '회원26', 'm26@example.com', '', '', '2026-03-01Z')""")
    run = read(source, inside.admin)
    result = operations.undo_run(run=run, member=inside.admin, now=NOW)
    source.refresh_from_db()
    assert (result.undone, list(result.left), source.is_active) == (2, [], False)
    assert Person.objects.get(external_id="7").name == "회원7"
    assert not Person.objects.filter(external_id="26").exists()
    with pytest.raises(operations.UnableToUndo):
        operations.undo_run(run=run, member=inside.admin, now=NOW)
    assert counts(read(source, inside.admin)) == (2, 1, 1, 0)


def test_the_columns_change(inside: Cast, shop: Shop, source: Source) -> None:
    read(source, inside.admin)
    shop[1].execute("""ALTER TABLE "회원" ADD COLUMN vip boolean; ALTER TABLE "회원" ALTER COLUMN id TYPE text""")
    shop[1].execute("""UPDATE "회원" SET changed_at = '2026-03-01Z' WHERE id = '7'""")
    run = read(source, inside.admin)
    assert (run.state, run.read_count) == (RunState.DONE, 1)
    assert source.drift == run.drift == {"new": ["vip"], "changed": [["id", "number", "text"]]}
    shop[1].execute("""ALTER TABLE "회원" DROP COLUMN email""")
    shop[1].execute("""UPDATE "회원" SET changed_at = '2026-04-01Z'""")
    stopped = read(source, inside.admin)
    assert (stopped.state, counts(stopped), stopped.drift["gone"]) == (RunState.STOPPED, (0, 0, 0, 0), ["email"])
    assert source.cursor["value"] == "2026-03-01T00:00:00+00:00"
    read(source, inside.admin)
    assert AuditEntry.objects.filter(verb="SourceDrifted").count() == 2
    assert Person.objects.exclude(email="").count() == 25
    assert Run.objects.count() == 4


def test_an_erased_person_leaves_no_trace_in_the_log(inside: Cast, shop: Shop) -> None:
    shop[1].execute("""UPDATE "회원" SET email = 'nobody' WHERE id IN (2, 3)""")
    source = make_source(inside.admin, Kind.SQL, shop[0], {"table": "회원"}, mapping=NOT_KEPT)
    read(source, inside.admin)
    erased = Erased(
        workspace_id=inside.workspace.pk, ids=[], now=NOW, emails=["m5@example.com"], phones=["+821012340002"],
        external_ids=["5"],
    )  # fmt: skip
    assert RefusedRows("").erase(erased) == 2
    texts = dict(RunProblem.objects.values_list("row", "text"))
    assert (texts[2], "회원3" in texts[3], SeenRow.objects.count()) == ("", True, 24)
