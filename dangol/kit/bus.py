"""
Publishing of business facts.

`config/reactions.py` is the one table of who reacts to what. Publishing defers one job per reaction on the same
transaction, so a rolled back fact has no consequences.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from dangol.kit.fact import Fact
from dangol.kit.jobs import Job, defer_all

Reactions = Mapping[type[Fact], Sequence[Job[Any]]]

_reactions: dict[type[Fact], Sequence[Job[Any]]] = {}
_recorders: list[Callable[[Fact], None]] = []


def configure(*, reactions: Reactions, recorders: Sequence[Callable[[Fact], None]]) -> None:
    """Hand the bus its table and the functions that record every fact. Called once, at start-up."""
    _reactions.clear()
    _reactions.update(reactions)
    _recorders[:] = recorders


def publish(*published: Fact) -> None:
    """Record the facts and queue every reaction to them, all on the current transaction."""
    runs: list[tuple[Job[Any], Mapping[str, Any]]] = []
    for fact in published:
        for record in _recorders:
            record(fact)
        arguments = msgspec.to_builtins(fact)
        runs += [(reaction, arguments) for reaction in _reactions.get(type(fact), ())]
    defer_all(runs)
