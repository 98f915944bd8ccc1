"""Any tree of conditions selects what Python would select, and can always be read and said."""

import math
import random
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dangol.customers.models import Person, RecordLink
from dangol.kit.ids import uuid7
from dangol.segments import queries
from dangol.segments.contracts import InvalidDefinition, Words, read_definition
from dangol.segments.models import ComputedTrait
from tests.factories import NOW
from tests.people import Cast
from tests.segments.rows import attribute, contract, define, did, event, group, names, records, sequence

CITIES = ["서울", "부산", "", "대전"]
EVENTS = ["Visited", "Called"]

VISITS = "00000000-0000-7000-8000-000000000001"
"""How often somebody visited in the last 50 days."""
LAST_CALL = "00000000-0000-7000-8000-000000000002"

cities = st.sampled_from(["서울", "부산", "대전", "제주"])
leaves = st.one_of(
    st.builds(
        lambda city, operator: attribute("city", operator, value=city), cities, st.sampled_from(["is", "is_not"])
    ),
    st.sampled_from([attribute("city", "is_set"), attribute("city", "is_empty"), {"kind": "everyone"}]),
    st.builds(
        lambda name, operator, count, days: event(name, operator, count, days=days),
        st.sampled_from([*EVENTS, "Never Done"]),
        st.sampled_from(["at_least", "at_most", "exactly"]),
        st.integers(0, 3),
        st.sampled_from([1, 5, 50]),
    ),
    st.builds(
        lambda operator, value: attribute(f"traits.{VISITS}", operator, value=value),
        st.sampled_from(["is", "is_not", "more_than", "less_than"]),
        st.integers(0, 3),
    ),
    st.builds(
        lambda days, operator: attribute(f"traits.{LAST_CALL}", operator, days=days),
        st.sampled_from([1, 5, 50]),
        st.sampled_from(["in_last_days", "more_than_days_ago"]),
    ),
    st.builds(
        lambda operator, first, then, within, more: sequence(first, operator, then, **within, **more),
        st.sampled_from(["then", "but_not"]),
        st.sampled_from(EVENTS),
        st.sampled_from(EVENTS),
        st.sampled_from([{}, *({"within": days, "unit": "days"} for days in (1, 4, 48, 500))]),
        st.sampled_from([{}, {"days": 1}, {"days": 50}]),
    ),
    st.builds(
        lambda operator, count, seats: records(operator, count, attribute("fields.seats", "more_than", value=seats)),
        st.sampled_from(["at_least", "at_most", "exactly"]),
        st.integers(0, 3),
        st.integers(0, 4),
    ),
)
trees = st.recursive(
    leaves,
    lambda inner: st.builds(
        lambda kind, parts: group(kind, *parts),
        st.sampled_from(["all", "any", "not"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=6,
).filter(lambda tree: depth_of(tree) <= 5)


def depth_of(tree: dict[str, Any]) -> int:
    return 1 + max((depth_of(part) for part in tree.get("conditions", ())), default=0)


Life = tuple[str, list[tuple[str, int]], list[int]]
"""Where somebody lives, what they did how many days ago, and the seats of their contracts."""


def fits(tree: dict[str, Any], life: Life) -> bool:  # noqa: C901, PLR0911, PLR0912 - one line per kind
    """Judge one person in plain Python."""
    city, deeds, seats = life
    match tree:
        case {"kind": "all", "conditions": parts}:
            return all(fits(part, life) for part in parts)
        case {"kind": "any", "conditions": parts}:
            return any(fits(part, life) for part in parts)
        case {"kind": "not", "conditions": parts}:
            return not any(fits(part, life) for part in parts)
        case {"kind": "records", "operator": operator, "count": count, "conditions": [{"value": least}]}:
            return compared(sum(1 for number in seats if number > least), operator, count)
        case {"kind": "sequence", "event": first, "operator": operator, "then": then}:
            begun = [ago for deed, ago in deeds if deed == first and 0 <= ago < tree.get("days", math.inf)]
            later = [ago for deed, ago in deeds if deed == then and ago >= 0]
            within = tree.get("within", math.inf)
            if operator == "then":
                return any(0 < ago - end < within for ago in begun for end in later)
            over = [ago for ago in begun if within == math.inf or ago >= within]
            return any(not any(0 < ago - end < within for end in later) for ago in over)
        case {"attribute": str(key), "operator": operator, **operand} if key == f"traits.{VISITS}":
            visits = sum(1 for deed, ago in deeds if deed == "Visited" and 0 <= ago < 50)
            value = operand["value"]
            answers = {"is": visits == value, "is_not": visits != value, "more_than": visits > value}
            return bool(answers.get(operator, visits < value))
        case {"operator": "in_last_days" | "more_than_days_ago" as operator, "days": days}:
            last = min((ago for deed, ago in deeds if deed == "Called" and ago >= 0), default=None)
            return last is not None and (last < days) == (operator == "in_last_days")
        case {"operator": "is", "value": value}:
            return bool(city == value)
        case {"operator": "is_not", "value": value}:
            return bool(city != value)
        case {"operator": "is_set"}:
            return bool(city)
        case {"operator": "is_empty"}:
            return not city
        case {"event": name, "operator": operator, "count": count, "days": days}:
            times = sum(1 for deed, ago in deeds if deed == name and 0 <= ago < days)
            return compared(times, operator, count)
    return True


def compared(times: int, operator: str, count: int) -> bool:
    return {"at_least": times >= count, "at_most": times <= count, "exactly": times == count}[operator]


def make_lives() -> dict[str, Life]:
    chance = random.Random(20261122)
    return {
        f"p{number}": (
            chance.choice(CITIES),
            [
                (chance.choice(EVENTS), chance.choice([-1, 0, 1, 4, 5, 49, 50, 60]))
                for _turn in range(chance.randint(0, 5))
            ],
            [chance.randint(1, 5) for _contract in range(chance.randint(0, 4))],
        )
        for number in range(40)
    }


def live(cast: Cast, lives: dict[str, Life]) -> dict[str, Person]:
    """
    Let these people be; their contracts are linked, or name them, in turn.

    Rows that nobody committed have no statistics: PostgreSQL expects one of each and would join in nested loops.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
    own = define(cast, filterable=True)
    for key, measure, name, window in ((VISITS, "count", "Visited", {"days": 50}), (LAST_CALL, "last", "Called", {})):
        question = {"measure": measure, "event": name, **window}
        ComputedTrait.objects.create(id=key, workspace=cast.workspace, name=name, question=question)
    people = {}
    for name, (city, deeds, contracts) in lives.items():
        person = people[name] = Person.objects.create(
            workspace=cast.workspace, name=name, city=city, origin="test", first_seen_at=NOW
        )  # fmt: skip
        for deed, ago in deeds:
            did(person, deed, NOW - timedelta(days=ago))
        for number, seats in enumerate(contracts):
            named = {"signer": str(person.pk)} if number % 2 else {}
            made = contract(cast.jieun, own, f"{name}-{number}", fields={"seats": seats, **named})
            if not named:
                RecordLink.objects.create(workspace=cast.workspace, record=made, person=person)
    return people


def test_sets_are_what_python_says(inside: Cast) -> None:
    lives = make_lives()
    live(inside, lives)

    @settings(max_examples=60, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(tree=trees)
    def check(tree: dict[str, Any]) -> None:
        expected = {name for name, life in lives.items() if fits(tree, life)}
        assert names(tree, inside.workspace.pk) == expected
        estimate = queries.estimate(tree, workspace_id=inside.workspace.pk, now=NOW)
        assert (estimate.size, estimate.is_exact) == (len(expected), True)

    check()


def test_judging_some_people_agrees_with_judging_all(inside: Cast) -> None:
    lives = make_lives()
    people = live(inside, lives)
    some = {people[f"p{number}"].pk: f"p{number}" for number in range(0, 40, 3)}

    @settings(max_examples=60, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(tree=trees)
    def check(tree: dict[str, Any]) -> None:
        compiled = queries.compile_people(
            read_definition(tree), workspace_id=inside.workspace.pk, now=NOW, among=list(some)
        )
        sql, values = compiled.positional()
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            found = [row[0] for row in cursor.fetchall()]
        assert len(found) == len(set(found))
        assert {some[key] for key in found} == {name for name in some.values() if fits(tree, lives[name])}

    check()


texts = st.text(max_size=20)
numbers = st.one_of(st.integers(-5, 200), st.floats(), st.booleans())
anything = st.recursive(
    st.one_of(st.none(), texts, numbers),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=4,
)
keys = st.sampled_from(
    ["attribute", "operator", "value", "event", "count", "object", "days", "since", "until", "where", "purpose",
     "channel", "standing", "segment", "draw", "from", "to", "currency", "conditions",
     "then", "within", "unit", "list"]
)  # fmt: skip
likely = st.one_of(
    anything,
    st.sampled_from(
        ["city", "owner", "fields.x", "born_on", "last_seen_at", "is", "contains", "at_least", "in_last_days",
         "2026-01-31", "given", "marketing", "email", "KRW", str(uuid7())]
    ),
)  # fmt: skip
kinds = st.sampled_from(
    ["all", "any", "not", "everyone", "attribute", "event", "order_count", "order_total", "consent", "strength",
     "alive", "segment", "random", "records", "sequence", "household", "listed", "nonsense"]
)  # fmt: skip
wild = st.recursive(
    st.builds(lambda kind, rest: {**rest, "kind": kind}, kinds, st.dictionaries(keys, likely, max_size=6)),
    lambda inner: st.builds(
        lambda kind, parts: group(kind, *parts), st.sampled_from(["all", "any", "not"]), st.lists(inner)
    ),
    max_leaves=5,
)


@settings(max_examples=150, derandomize=True, suppress_health_check=list(HealthCheck))
@given(definition=st.one_of(wild, anything))
def test_reading_and_saying_never_crash(definition: Any) -> None:
    for language in ("ko", "en"):
        with translation.override(language):
            try:
                condition = read_definition(definition)
            except InvalidDefinition as refusal:
                said = str(refusal)
            else:
                said = condition.sentence(Words())
            assert said.strip()
            assert "⟨" not in said


@settings(max_examples=60, derandomize=True)
@given(tree=trees)
def test_every_sensible_tree_can_be_said(tree: dict[str, Any]) -> None:
    condition = read_definition(tree)
    for language in ("ko", "en"):
        with translation.override(language):
            assert "⟨" not in condition.sentence(Words())
