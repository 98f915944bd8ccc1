"""
Processes that begin at once, for tests that start many of them only to kill them.

They are forked from a process that has loaded the product before.
"""

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from typing import Any

import django

django.setup()

from tests.conftest import point_at  # noqa: E402 - needs the set-up, when the process that is forked loads this first

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload([__name__])


@contextmanager
def another_process(database: str, run: Callable[..., object], *arguments: Any) -> Iterator[BaseProcess]:
    """Run a function of a module on a committed database beside this process, until the block ends at the latest."""
    process = FORKS.Process(target=_run_on, args=(database, run, *arguments))
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()


def _run_on(database: str, run: Callable[..., object], *arguments: Any) -> None:
    point_at(database)
    run(*arguments)
