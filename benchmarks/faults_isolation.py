"""Twenty workspaces that ask for one another's rows under fire (T12): see `tests/faults/isolation.py`."""

from benchmarks.harness import Bench


def run(bench: Bench) -> None:
    """Let them ask, and say what reached others: nothing may."""
    from tests.faults.isolation import endure  # noqa: PLC0415 - Django is set up by now

    bench.judge(endure(bench.database, scale=bench.scale))
