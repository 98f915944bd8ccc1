"""Many events are looked at together for what may not be stored."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from dangol.tracking.calls import Draft, InboxBody, read_call
from dangol.tracking.operations.admission import are_harmless

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def told(properties: str, name: str = "Told") -> Draft:
    """An event of somebody who says this."""
    entry = InboxBody(1, UUID(int=1), "track", NOW, b"")
    return read_call(f'{{"userId":"u1","event":"{name}","properties":{properties}}}'.encode(), entry)


MANY = [told(f'{{"a":{{"price":{number},"list":[1,2]}}}}') for number in range(100)]


def test_many_that_carry_nothing_are_harmless() -> None:
    assert are_harmless(MANY)
    assert are_harmless([])


@pytest.mark.parametrize(
    "harmful",
    [
        told('{"a":"900101-1234567"}'),
        told('{"a":"９００１０１-１２３４５６７"}'),
        told(r'{"a":"90010\u0031-1234567"}'),
        told("{}", name="4111 1111 1111 1111"),
        told('{"a":1e999999}'),
        told('{"a":' + "9" * 400 + "}"),
        told('{"a":' + "[" * 150 + "]" * 150 + "}"),
    ],
)
def test_one_among_many_is_found(harmful: Draft) -> None:
    assert not are_harmless([*MANY[:50], harmful, *MANY[50:]])


def test_half_a_character_deserves_a_closer_look() -> None:
    half = told("{}")
    half.name = "\ud83d"
    assert not are_harmless([*MANY, half])
