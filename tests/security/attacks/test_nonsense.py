"""Every input that a page reads, found by watching what it asks for, is given what nobody sane would send."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict

from tests.security.addresses import Route, routes
from tests.security.walker import Walker

MARK = "zq7'x"
NONSENSE = (
    f'{MARK}) OR 1=1 -- "; SELECT pg_sleep(9)',
    "\x00",
    "9" * 400,
    '{"kind": [[{"a": null}]]}',
    "9999-12-31",
)
"""SQL, a NUL, a number that no column holds, JSON of another shape, the day after which there is none."""


@contextmanager
def watched() -> Iterator[set[str]]:
    """Collect the names of the parameters that are asked for inside the block."""
    names: set[str] = set()
    kept = {name: getattr(QueryDict, name) for name in ("get", "getlist", "__getitem__", "__contains__")}

    def noting(ask: Any) -> Any:
        def noted(self: QueryDict, key: Any, *more: Any) -> Any:
            if isinstance(key, str):
                names.add(key)
            return ask(self, key, *more)

        return noted

    with pytest.MonkeyPatch.context() as patch:
        for name, ask in kept.items():
            patch.setattr(QueryDict, name, noting(ask))
        yield names


@contextmanager
def unbound() -> Iterator[list[str]]:
    """Collect the statements into which the mark was written instead of being handed over beside them."""
    found: list[str] = []

    def look(execute: Any, statement: Any, *more: Any) -> Any:
        if MARK in str(statement):
            found.append(str(statement))
        return execute(statement, *more)

    with connection.execute_wrapper(look):
        yield found


def asked_for(walker: Walker, method: str, route: Route) -> set[str]:
    """Return the names of what a page reads. A form looks for its fields once anything was sent."""
    with watched() as names:
        walker.ask(method, route, {"something": "1"})
    return names - {"something", "csrfmiddlewaretoken"}


@pytest.mark.shows("1.2.4", "2.2.1", "2.2.2", "AC-01", "AC-41")
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_input_breaks_a_page_or_becomes_part_of_a_statement(owner: Walker, method: str) -> None:
    wrong, inputs = [], 0
    for route in routes():
        names = asked_for(owner, method, route)
        inputs += len(names)
        for text in NONSENSE if names else ():
            with unbound() as statements:
                step = owner.ask(method, route, dict.fromkeys(names, text))
            if step.answer.status_code >= 500 or statements:
                wrong.append(f"{step} {text[:30]!r} {statements}")
    assert inputs > 100, "nearly nothing was found to fill in"
    assert not wrong, "\n".join(wrong)
