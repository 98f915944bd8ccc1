"""Programs lose nothing, and do nothing twice, while PostgreSQL is away, is restarted, and has no connection left."""

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.faults.answering import endure
from tests.faults.houses import open_house

pytestmark = [pytest.mark.faults]


def test_nothing_breaks_and_nothing_is_done_twice(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    with open_house(django_db_blocker) as house:
        verdict = endure(house, house.cluster, scale=0.05)
    print(verdict)
    assert verdict.problems == []
