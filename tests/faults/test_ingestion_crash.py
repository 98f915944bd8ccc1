"""Events sent while processes are killed, the disk is full and too much comes: none is lost, none is stored twice."""

from pathlib import Path

import pytest

from benchmarks.faults_ingestion import endure

pytestmark = [pytest.mark.faults]


def test_nothing_acknowledged_is_lost_or_doubled(tmp_path: Path) -> None:
    verdict = endure(tmp_path, scale=0.05)
    print(verdict)
    assert (verdict.lost, verdict.duplicated, verdict.miscounted, verdict.mistimed) == (0, 0, 0, 0)
    assert verdict.faults == verdict.planned
    assert verdict.dawdlers > 100
    assert verdict.ok > 0
    assert set(verdict.answers) <= {0, 200, 400, 413, 429, 503}
    assert verdict.megabytes < 1024
