"""Workspaces ask for one another's rows while connections, workers and the cache are lost, and get none."""

import pytest

from tests.faults.isolation import endure

pytestmark = [pytest.mark.faults]


@pytest.mark.shows("8.4.1", "AC-03", "AC-36")
def test_nothing_of_a_workspace_reaches_another(committed_db: str) -> None:
    verdict = endure(committed_db, scale=0.15)
    print(verdict)
    assert verdict.problems == []
