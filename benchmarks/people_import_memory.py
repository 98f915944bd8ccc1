"""
Peak memory of an import of a million lines, as growth over a fifth of them: ours in kilobytes against 40 MB.

The same program as tests/customers/test_import_memory.py, at the full size.
"""

from benchmarks.harness import Bench

LINES = 1_000_000


def run(bench: Bench) -> None:
    """Take the lines in, in a process of its own."""
    from tests.customers.test_import_memory import MOST_GROWTH, measured  # noqa: PLC0415 - Django is set up by now

    taken, growth = measured(bench.sized(LINES, least=5000))
    bench.report(ours=growth, limit=MOST_GROWTH, rows=taken)
