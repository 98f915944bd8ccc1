"""The two roles, on a PostgreSQL that the operator brings."""

import secrets as random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from psycopg import sql

from dangol.config.databases import prepare_outside, refuse_open_walls
from dangol.kit.errors import UnableToStart
from tests import databases

SECRETS = {"DANGOL_RUNTIME_PASSWORD": "runtime-secret/@"}


@dataclass(frozen=True)
class Outside:
    """A fresh database on the test cluster and its owner, who may create roles or not."""

    database: str
    owner: str

    @property
    def url(self) -> str:
        return databases.url_of((self.owner, "secret"), self.database)

    def url_as(self, role: str, password: str = "secret") -> str:
        return databases.url_of((role, password), self.database)


def run(statement: str, *names: str) -> None:
    with psycopg.connect(databases.cluster_url(), autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*[sql.Identifier(name) for name in names]))


@pytest.fixture
def outside() -> Iterator[Outside]:
    made = Outside(f"outside_{random.token_hex(4)}", f"outside_owner_{random.token_hex(4)}")
    run("CREATE ROLE {} LOGIN CREATEROLE PASSWORD 'secret'", made.owner)
    run("CREATE DATABASE {} OWNER {}", made.database, made.owner)
    yield made
    databases.drop(made.database)
    run("DROP ROLE IF EXISTS {}", f"{made.database}_runtime")
    run("DROP ROLE {}", made.owner)


@pytest.fixture
def role(outside: Outside) -> Iterator[str]:
    name = f"outside_role_{random.token_hex(4)}"
    run("CREATE ROLE {} LOGIN PASSWORD 'secret'", name)
    yield name
    databases.drop(outside.database)
    run("DROP ROLE {}", name)


def one(url: str, statement: str) -> Any:
    with psycopg.connect(url) as connection:
        row = connection.execute(statement).fetchone()
    return row and row[0]


def test_makes_a_runtime_role_that_reads_and_writes_what_the_owner_makes(outside: Outside) -> None:
    addresses = prepare_outside(outside.url, runtime_url=None, secrets=SECRETS)
    with psycopg.connect(addresses.owner) as owner:
        owner.execute("CREATE TABLE story (id bigserial, words text)")

    with psycopg.connect(addresses.runtime) as runtime:
        runtime.execute("INSERT INTO story (words) VALUES ('첫 만남')")

    assert one(addresses.runtime, "SELECT current_user") == f"{outside.database}_runtime"
    assert one(addresses.runtime, "SELECT words FROM story") == "첫 만남"
    refuse_open_walls(addresses.runtime)


def test_preparing_twice_changes_nothing(outside: Outside) -> None:
    first = prepare_outside(outside.url, runtime_url=None, secrets=SECRETS)

    assert prepare_outside(outside.url, runtime_url=None, secrets=SECRETS) == first


def test_takes_the_runtime_role_that_the_operator_made(outside: Outside, role: str) -> None:
    addresses = prepare_outside(outside.url, runtime_url=outside.url_as(role), secrets=SECRETS)
    with psycopg.connect(addresses.owner) as owner:
        owner.execute("CREATE TABLE story (words text)")

    assert one(addresses.runtime, "SELECT count(*) FROM story") == 0
    refuse_open_walls(addresses.runtime)


def test_tells_the_statement_when_it_may_not_create_roles(outside: Outside) -> None:
    run("ALTER ROLE {} NOCREATEROLE", outside.owner)

    with pytest.raises(UnableToStart) as refusal:
        prepare_outside(outside.url, runtime_url=None, secrets=SECRETS)

    statement = f'CREATE ROLE "{outside.database}_runtime" LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE PASSWORD'
    assert statement in refusal.value.english
    assert statement in refusal.value.korean
    assert "set DATABASE_RUNTIME_URL" in refusal.value.english


@pytest.mark.parametrize("right", ["SUPERUSER", "BYPASSRLS", "CREATEROLE"])
def test_refuses_a_runtime_role_with_a_right_that_opens_the_walls(outside: Outside, role: str, right: str) -> None:
    run(f"ALTER ROLE {{}} {right}", role)

    with pytest.raises(UnableToStart, match=f"{role} would see every workspace \\({right}\\)"):
        refuse_open_walls(outside.url_as(role))


def test_refuses_a_runtime_role_that_owns_tables(outside: Outside, role: str) -> None:
    run("GRANT {} TO {}", outside.owner, role)
    refuse_open_walls(outside.url_as(role))
    with psycopg.connect(outside.url) as owner:
        owner.execute("CREATE TABLE story (words text)")

    with pytest.raises(UnableToStart, match=f"{role} would see every workspace \\(owner\\)"):
        refuse_open_walls(outside.url_as(role))


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("postgresql://owner:hunter2@127.0.0.1:1/dangol", "127.0.0.1:1/dangol"),
        ("postgresql://owner:hunter2@%2Fnowhere%2FAt%2Fall:5432/dangol", "/nowhere/At/all:5432/dangol"),
    ],
)
def test_an_unreachable_database_is_one_sentence_without_the_password(url: str, place: str) -> None:
    with pytest.raises(UnableToStart) as refusal:
        prepare_outside(url, runtime_url=None, secrets=SECRETS)

    assert refusal.value.english.startswith(f"The database at {place} cannot be reached (")
    assert refusal.value.english.endswith("start it, or correct DATABASE_URL.")
    assert refusal.value.korean.startswith(f"{place} 데이터베이스에 연결할 수 없습니다(")
    assert "hunter2" not in str(refusal.value)
    assert "\n" not in refusal.value.english


def test_a_refused_password_is_said_too(outside: Outside) -> None:
    with pytest.raises(UnableToStart, match="cannot be reached"):
        prepare_outside(f"{outside.url}_missing", runtime_url=None, secrets=SECRETS)
