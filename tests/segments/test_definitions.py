"""Definitions are read strictly: what is wrong is named, with its place."""

from typing import Any

import pytest

from dangol.segments.contracts import InvalidDefinition, read_definition
from tests.segments.rows import attribute, event, group

CITY = attribute("city", "is", value="서울")

WRONG: list[tuple[Any, tuple[str | int, ...], str]] = [
    (None, (), "A condition is expected here."),
    ([], (), "A condition is expected here."),
    ("all", (), "A condition is expected here."),
    ({}, ("kind",), "Choose one of the options."),
    ({"kind": "eval"}, ("kind",), "Choose one of the options."),
    ({"kind": ["all"]}, ("kind",), "Choose one of the options."),
    ({"kind": "everyone", "city": "서울"}, ("city",), "This condition does not know “city”."),
    ({"kind": "all"}, ("conditions",), "A list is expected here."),
    (group("all"), ("conditions",), "Add at least one condition."),
    (group("any", *[CITY] * 51), ("conditions",), "Use at most 50 conditions."),
    (attribute("shoe", "is", value="1"), ("attribute",), "Choose one of the options."),
    (attribute("fields.", "is", value="1"), ("attribute",), "Choose one of the options."),
    (attribute("bigrams", "is", value="1"), ("attribute",), "Choose one of the options."),
    (attribute("city", "before", value="2026-01-01"), ("operator",), "Choose one of the options."),
    (attribute("city", "is"), ("value",), "Enter a text."),
    (attribute("city", "is", value="  "), ("value",), "Enter a text."),
    (attribute("city", "is", value=3), ("value",), "Enter a text."),
    (attribute("city", "is", value="a\x00b"), ("value",), "Enter at most 200 letters."),
    (attribute("city", "is", value="a" * 201), ("value",), "Enter at most 200 letters."),
    (attribute("city", "is_set", value="x"), ("value",), "This condition does not know “value”."),
    (attribute("born_on", "before", value="31.1.2026"), ("value",), "Enter a date."),
    (attribute("born_on", "before", value="2026-02-30"), ("value",), "Enter a date."),
    (attribute("last_seen_at", "in_last_days", days=0), ("days",), "Enter a whole number from 1 to 3,650."),
    (attribute("last_seen_at", "in_last_days", days="30"), ("days",), "Enter a whole number from 1 to 3,650."),
    (attribute("last_seen_at", "in_last_days", days=True), ("days",), "Enter a whole number from 1 to 3,650."),
    (attribute("fields.x", "more_than", value="3"), ("value",), "Enter a number."),
    (attribute("fields.x", "more_than", value=float("nan")), ("value",), "Enter a number."),
    (attribute("fields.x", "more_than", value=1e30), ("value",), "Enter a number."),
    (attribute("owner", "is", value="jieun"), ("value",), "Choose one of the options."),
    (event("Visited", "often"), ("operator",), "Choose one of the options."),
    (event("Visited", count=-1), ("count",), "Enter a whole number from 0 to 1,000,000."),
    (event("Visited", count=1.5), ("count",), "Enter a whole number from 0 to 1,000,000."),
    (event(""), ("event",), "Enter a text."),
    (event("Visited", days=1, since="2026-01-01"), ("since",), "This condition does not know “since”."),
    (event("Visited", since="2026-01-01"), ("until",), "Enter a date."),
    (
        event("Visited", since="2026-01-02", until="2026-01-01"),
        ("until",),
        "The last day must not be before the first day.",
    ),
    (event("Visited", where=[{"property": "a"}]), ("where", 0, "value"), "Enter a text."),
    (event("Visited", where={"a": "b"}), ("where",), "A list is expected here."),
    (
        {"kind": "order_total", "operator": "at_least", "value": 1, "currency": "won"},
        ("currency",),
        "Choose one of the options.",
    ),
    (
        {"kind": "order_total", "operator": "at_least", "value": -1, "currency": "KRW"},
        ("value",),
        "Enter an amount that is not negative.",
    ),
    ({"kind": "order_count", "operator": "at_least"}, ("count",), "Enter a whole number from 0 to 1,000,000."),
    (
        {"kind": "consent", "purpose": "fun", "channel": "email", "standing": "given"},
        ("purpose",),
        "Choose one of the options.",
    ),
    (
        {"kind": "strength", "operator": "at_least", "value": 101},
        ("value",),
        "Enter a whole number from 0 to 100.",
    ),
    ({"kind": "segment", "segment": "regulars"}, ("segment",), "Choose one of the options."),
    (
        {"kind": "random", "draw": "A", "from": 50, "to": 50},
        ("to",),
        "The end must be greater than the beginning.",
    ),
]


@pytest.mark.parametrize(("definition", "path", "message"), WRONG)
def test_wrong_definition(definition: Any, path: tuple[str | int, ...], message: str) -> None:
    with pytest.raises(InvalidDefinition) as refusal:
        read_definition(definition)
    assert [(problem.path, problem.message) for problem in refusal.value.problems] == [(path, message)]


def test_all_problems_are_told_at_once() -> None:
    definition = group("all", attribute("city", "is"), CITY, group("any", event("Visited", count=-1), CITY, 7))
    with pytest.raises(InvalidDefinition) as refusal:
        read_definition(definition)
    assert str(refusal.value).splitlines() == [
        "conditions[0].value: Enter a text.",
        "conditions[2].conditions[0].count: Enter a whole number from 0 to 1,000,000.",
        "conditions[2].conditions[2]: A condition is expected here.",
    ]


def test_groups_cannot_be_nested_without_end() -> None:
    definition = CITY
    for _level in range(5):
        definition = group("not", definition)
    with pytest.raises(InvalidDefinition, match="Groups can be nested 5 deep"):
        read_definition(definition)
    for _level in range(10_000):
        definition = group("not", definition)
    with pytest.raises(InvalidDefinition, match="Groups can be nested 5 deep"):
        read_definition(definition)


def test_fifty_conditions_are_the_limit_of_the_whole_tree() -> None:
    half = group("any", *[CITY] * 25)
    with pytest.raises(InvalidDefinition, match="Use at most 50 conditions"):
        read_definition(group("all", half, half))


def test_what_moves_and_what_depends() -> None:
    windowed = read_definition(group("all", CITY, group("not", event("Visited", days=3))))
    plain = read_definition(event("Visited"))
    assert (plain.may_change_by(["Called"]), plain.may_change_by(["Called", "Visited"])) == (False, True)
    assert windowed.may_change_by(["Called"]) is True


def test_what_is_heard_of() -> None:
    strength = {"kind": "strength", "operator": "at_least", "value": 50}
    assert read_definition(group("all", CITY, group("not", strength))).changes_unheard() is True
    assert read_definition(group("all", CITY, event("Visited", days=3))).changes_unheard() is False
    born = attribute("born_on", "in_last_days", days=3)
    assert read_definition(group("not", born)).turns_at_midnight() is True
