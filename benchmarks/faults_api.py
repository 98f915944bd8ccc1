"""Programs that ask the API while PostgreSQL is away (T8): see `tests/faults/answering.py`."""

from benchmarks.harness import Bench


def run(bench: Bench) -> None:
    """Let them ask, and say what was lost, doubled or broken: nothing may be."""
    from tests.faults.answering import endure  # noqa: PLC0415 - Django is set up by now
    from tests.faults.houses import installed  # noqa: PLC0415 - as above

    with installed(bench.database) as installation:
        bench.judge(endure(installation, bench.cluster, scale=bench.scale))
