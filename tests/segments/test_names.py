"""Whoever has a text in their name is found by it, as if every name had been read."""

import pytest

from dangol.customers.models import Person
from dangol.segments.queries import people_matching
from tests.factories import NOW, make_person
from tests.people import Cast
from tests.segments.rows import attribute

NAMES = [
    "김민준", "민준", "김민준서", "황보 민준", "O'Brien, Clara", "clara", "Clara Díaz-Ruiz", "㈜가나다 김", "ab", "Abc",
    "a민",
    "가나다라마바사아자차카타파하거너더러머버서어저처커터퍼허고노도로모보소오조초코토포호",
    "x" * 70 + "끝말", "Straße", "ÉCLAIR", "🙂 민준 🙂",
]  # fmt: skip


def pieces_of(name: str) -> set[str]:
    lengths = (1, 2, 3, 5, len(name))
    return {
        name[at : at + length] for length in lengths for at in range(0, len(name) - length + 1, 1 + len(name) // 12)
    }


@pytest.mark.parametrize("name", NAMES)
def test_every_piece_of_a_name_finds_it(inside: Cast, name: str) -> None:
    for one in NAMES:
        make_person(inside.jieun, name=one)
    for piece in sorted({one.strip() for one in pieces_of(name) | {name.upper(), name.lower()}} - {""}):
        rows = people_matching(
            attribute("name", "contains", value=piece), workspace_id=inside.workspace.pk, now=NOW
        ).values_list("name", flat=True)
        assert sorted(rows) == sorted(one for one in NAMES if piece.lower() in one.lower()), piece


def test_a_part_of_a_name_is_looked_up(inside: Cast) -> None:
    found = people_matching(attribute("name", "contains", value="민준"), workspace_id=inside.workspace.pk, now=NOW)
    assert "customers_searchtail" in str(found.query)
    assert Person.objects.count() == 0
