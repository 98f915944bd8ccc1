"""People out of a real MariaDB."""

from collections.abc import Iterator
from typing import Any

import pytest

from dangol.customers.models import Person
from dangol.integrations.data_sources import operations
from dangol.integrations.data_sources.enums import Kind
from tests.integrations.data_sources.mariadb import running_mariadb
from tests.integrations.data_sources.sources import counts, make_source, read
from tests.people import Cast

Shop = tuple[dict[str, Any], Any]


@pytest.fixture(scope="module")
def server() -> Iterator[Shop]:
    with running_mariadb() as running:
        yield running


@pytest.fixture
def shop(server: Shop) -> Shop:
    place, owner = server
    with owner.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS 고객")
        cursor.execute(
            "CREATE TABLE 고객 (id int PRIMARY KEY, 이름 varchar(50), 이메일 varchar(100), code varchar(20), "
            "changed datetime(6))"
        )
        rows = [(n, f"고객{n}", f"c{n}@example.com", f"A{n % 3}") for n in range(1, 31)]
        cursor.executemany("INSERT INTO 고객 VALUES (%s, %s, %s, %s, '2026-01-01 10:00:00.123456')", rows)
    return place, owner


def test_a_table_comes_in_by_its_time_of_change(inside: Cast, shop: Shop) -> None:
    mapping = {"changed": "", "code": ""}
    source = make_source(inside.admin, Kind.SQL, shop[0], {"table": "고객"}, mapping=mapping, cursor_column="changed")
    assert [column["kind"] for column in source.columns] == ["number", "text", "text", "text", "time"]
    assert counts(read(source, inside.admin)) == (30, 30, 0, 0)
    assert Person.objects.get(external_id="30").name == "고객30"
    assert counts(read(source, inside.admin)) == (0, 0, 0, 0)
    with shop[1].cursor() as cursor:
        cursor.execute("UPDATE 고객 SET 이름 = '새이름', changed = '2026-01-02 00:00:00' WHERE id = 5")
    assert counts(read(source, inside.admin)) == (1, 0, 1, 0)
    assert source.cursor["value"] == "2026-01-02T00:00:00"


def test_text_tells_too_in_the_order_of_the_server(inside: Cast, shop: Shop) -> None:
    with shop[1].cursor() as cursor:
        cursor.execute("UPDATE 고객 SET code = CASE WHEN id % 2 THEN concat('b', id) ELSE concat('C', id) END")
    mapping = {"changed": "", "code": ""}
    source = make_source(inside.admin, Kind.SQL, shop[0], {"table": "고객"}, mapping=mapping, cursor_column="code")
    assert counts(read(source, inside.admin)) == (30, 30, 0, 0)
    assert counts(read(source, inside.admin)) == (0, 0, 0, 0)
    assert source.cursor["value"] == "C8"


def test_nothing_can_be_written_there(inside: Cast, shop: Shop) -> None:
    with shop[1].cursor() as cursor:
        cursor.execute("CREATE OR REPLACE FUNCTION touch() RETURNS int BEGIN UPDATE 고객 SET 이름 = ''; RETURN 1; END")
        cursor.execute("GRANT EXECUTE ON FUNCTION touch TO 'reader'@'%'")
    with pytest.raises(operations.UnableToSetUp, match="READ ONLY transaction"):
        make_source(inside.admin, Kind.SQL, shop[0], {"query": "SELECT touch() AS id"})


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"user": "nobody"}, "did not accept the user name or the password"),
        ({"database": "nowhere"}, "There is no database nowhere|user name or the password"),
        ({"port": 1}, "Nobody answers at 127.0.0.1, port 1"),
    ],
)
def test_what_is_wrong_is_said_in_plain_words(inside: Cast, shop: Shop, wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(operations.UnableToSetUp, match=words):
        make_source(inside.admin, Kind.SQL, shop[0] | wrong, {"table": "고객"})


def test_a_table_that_is_not_there(inside: Cast, shop: Shop) -> None:
    with pytest.raises(operations.UnableToSetUp, match=r"refuses to read this.*nowhere"):
        make_source(inside.admin, Kind.SQL, shop[0], {"table": "nowhere"})
