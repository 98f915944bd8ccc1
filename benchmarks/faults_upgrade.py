"""A release that comes under load, and is killed while it does (T9): see `tests/faults/upgrading.py`."""

from benchmarks.harness import Bench


def run(bench: Bench) -> None:
    """Bring the database to a release to come, and say what was lost, changed or broken: nothing may be."""
    from tests.faults.upgrading import endure  # noqa: PLC0415 - Django is set up by now

    bench.judge(endure(bench.database, scale=bench.scale))
