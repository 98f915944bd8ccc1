"""What one question may cost: how deep a condition goes, how many it has, how long a page of the API is."""

from typing import Any

import pytest

from dangol.api.schemas import MOST_ROWS
from dangol.segments.contracts import InvalidDefinition, read_definition
from dangol.segments.contracts.condition import DEEPEST, MOST_CONDITIONS
from tests.api.conftest import ProgramOf, program_of
from tests.factories import make_person
from tests.people import Cast
from tests.security.walked import EVERYBODY

__all__ = ["program_of"]


def nested(depth: int) -> dict[str, Any]:
    """Return a condition inside so many groups."""
    condition: dict[str, Any] = EVERYBODY
    for _level in range(depth):
        condition = {"kind": "all", "conditions": [condition]}
    return condition


@pytest.mark.shows("4.3.1", "AC-41")
def test_a_condition_is_no_deeper_than_it_may_be() -> None:
    read_definition(nested(DEEPEST - 1))

    for depth in (DEEPEST, 50, 500):
        with pytest.raises(InvalidDefinition):
            read_definition(nested(depth))


@pytest.mark.shows("4.3.1", "AC-41")
def test_there_are_no_more_conditions_than_there_may_be() -> None:
    def beside(count: int) -> dict[str, Any]:
        return {"kind": "any", "conditions": [{"kind": "all", "conditions": [EVERYBODY] * 10}] * (count // 11)}

    read_definition(beside(MOST_CONDITIONS - 6))
    for count in (MOST_CONDITIONS + 12, 100_000):
        with pytest.raises(InvalidDefinition):
            read_definition(beside(count))


@pytest.mark.shows("4.3.1", "AC-41")
def test_a_page_of_the_api_is_no_longer_than_it_may_be(inside: Cast, program_of: ProgramOf) -> None:
    for number in range(3):
        make_person(inside.admin, name=f"손님 {number}")
    program = program_of(inside.admin)

    assert program.get(f"people?limit={MOST_ROWS}").status_code == 200
    for limit in (MOST_ROWS + 1, 10**9, 0, -1):
        assert program.get(f"people?limit={limit}").status_code == 422
    assert len(program.get("people?limit=2").json()["items"]) == 2
