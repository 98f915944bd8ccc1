"""Back-off between the starts of a child that keeps failing."""

import pytest

from dangol.config.children import Backoff


def test_waits_longer_the_more_often_it_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("dangol.config.children.time.monotonic", lambda: now)
    backoff = Backoff()
    waits = []
    for _ in range(10):
        backoff.started()
        backoff.failed()
        waits.append(round(backoff.due_at - now, 1))

    assert waits == [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30.0, 30.0]


def test_a_long_life_forgives_earlier_failures(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter([1000.0, 1000.5, 1001.0, 1060.0])
    monkeypatch.setattr("dangol.config.children.time.monotonic", lambda: next(moments))
    backoff = Backoff()
    backoff.started()
    backoff.failed()
    backoff.started()
    backoff.failed()

    assert round(backoff.due_at - 1060.0, 1) == 0.1
