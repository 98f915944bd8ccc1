"""A release comes while the one before serves: killed, held up, and started again, its migrations come to their end."""

import pytest

from tests.faults.upgrading import endure

pytestmark = [pytest.mark.faults]


def test_old_and_new_code_serve_whatever_befalls_the_migrations(committed_db: str) -> None:
    verdict = endure(committed_db, scale=0.05)
    print(verdict)
    assert verdict.problems == []
