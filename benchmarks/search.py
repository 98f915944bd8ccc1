"""
⌘K at a million people and a hundred thousand companies.

For each kind of question p95 of the server's time in milliseconds through the whole Django stack, under the runtime
role behind its walls, against the 50 it may take; every question is another one, drawn from the shop. `own` is the same
as somebody who does not see everybody. Then what the index costs: bytes a person, against the 400 it may take, and
people inserted a second with it against without it.
"""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

import psycopg

from benchmarks import shop
from benchmarks.harness import Bench
from benchmarks.pages import make_member, measure_pages, signed_in
from dangol.kit.jamo import VOWELS, joined, split
from dangol.kit.korean import initials

if TYPE_CHECKING:
    from dangol.workspaces.models import Member

QUESTIONS = 40
LIMIT = 50
BYTES = 400
INSERTED = 100_000

DRAWN = "SELECT name, email, phone FROM customers_person WHERE language = 'ko' ORDER BY md5(id::text) LIMIT %s"
DRAWN_FIRMS = "SELECT name FROM customers_company ORDER BY md5(id::text) LIMIT %s"
SIZE = "SELECT pg_total_relation_size('customers_searchkey') + pg_total_relation_size('customers_searchtail')"
INSERT = """
INSERT INTO customers_person (id, workspace_id, name, email, phone, external_id, language, time_zone, country, city,
    address, fields, origin, is_anonymous, bigrams, initials, first_seen_at, last_seen_at, created_at, updated_at)
SELECT gen_random_uuid(), workspace_id, name, 'again' || email, phone, '', language, time_zone, country, city, address,
    fields, origin, false, bigrams, initials, first_seen_at, last_seen_at, created_at, updated_at
FROM (SELECT * FROM customers_person WHERE workspace_id = %s LIMIT %s) AS people
"""


def run(bench: Bench) -> None:
    """Fill the shop, ask, and weigh the index."""
    from dangol.kit import tenancy  # noqa: PLC0415 - Django is set up by now
    from dangol.workspaces.models import Member  # noqa: PLC0415 - Django is set up by now

    marketer = make_member()
    people = bench.sized(1_000_000, least=200)
    shop.open_shop(bench, marketer.workspace_id, shop.ShopSize(people=people, companies=people // 10))
    asked = _questions(bench)
    with tenancy.workspace(marketer.workspace_id):
        seller = Member.objects.select_related("user").get(user__email="dana@example.com")
    for label, questions in asked.items():
        _measure(bench, marketer, label, questions, people)
    for label in ("one-in-five", "two-syllables"):
        _measure(bench, seller, f"own-{label}", asked[label], people)
    _weigh(bench, marketer.workspace_id, people)


def _measure(bench: Bench, member: "Member", label: str, questions: list[str], people: int) -> None:
    paths = [f"/search/?q={question.replace('@', '%40')}" for question in questions]
    measure_pages(bench, signed_in(member), label, paths, people=people, limit=LIMIT)


def _questions(bench: Bench) -> dict[str, list[str]]:
    with psycopg.connect(bench.superuser_url(), autocommit=True) as superuser:
        drawn = superuser.execute(DRAWN, [QUESTIONS]).fetchall()
        firms = [name for (name,) in superuser.execute(DRAWN_FIRMS, [QUESTIONS])]
    of_person: dict[str, Callable[[str, str, str], str]] = {
        "initials": lambda name, _email, _phone: initials(name),
        "two-syllables": lambda name, _email, _phone: name[1:],
        "phone-tail": lambda _name, _email, phone: phone[-4:],
        "email-prefix": lambda _name, email, _phone: email.partition("@")[0],
        "typo": lambda name, _email, _phone: mistyped(name),
        "name": lambda name, _email, _phone: name,
    }
    asked = {label: [make(*person) for person in drawn] for label, make in of_person.items()}
    return asked | {"one-in-five": ["김"] * QUESTIONS, "company": [firm.replace(" 상사", "상사") for firm in firms]}


def mistyped(name: str) -> str:
    """Return a name whose last vowel is the next one on the list."""
    initial, vowel, final = split(name[-1])
    return name[:-1] + joined(initial, VOWELS[(VOWELS.index(vowel) + 1) % len(VOWELS)], final)


def _weigh(bench: Bench, workspace_id: UUID, people: int) -> None:
    with psycopg.connect(bench.superuser_url()) as superuser:
        size = superuser.execute(SIZE).fetchone()
        assert size is not None
        bench.report(ours=size[0] / people, limit=BYTES, rows=people, label="bytes-a-person")
    inserted = bench.sized(INSERTED, least=100)
    ours, bare = (_insert(bench, workspace_id, inserted, indexed=indexed) for indexed in (True, False))
    bench.report(ours=inserted / ours, limit=inserted / bare, rows=inserted, label="insert")


def _insert(bench: Bench, workspace_id: UUID, count: int, *, indexed: bool) -> float:
    """Insert people by one statement and take it back; return the seconds."""
    with psycopg.connect(bench.superuser_url()) as superuser:
        superuser.execute("SELECT set_config('dangol.workspace', %s, true)", [str(workspace_id)])
        if not indexed:
            superuser.execute("ALTER TABLE customers_person DISABLE TRIGGER findable")
        began = time.perf_counter()
        superuser.execute(INSERT, [workspace_id, count])
        took = time.perf_counter() - began
        superuser.rollback()
    return took
