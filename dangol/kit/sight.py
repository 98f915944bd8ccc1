"""
Whose data a piece of work has read.

Collected while rows are loaded, so that no page has to tell it and none can forget to.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Self
from uuid import UUID

from django.db import models

_seen: ContextVar[set[UUID] | None] = ContextVar("seen", default=None)


@contextmanager
def watching() -> Iterator[set[UUID]]:
    """Collect inside the block the ids of everybody whose row is loaded."""
    seen: set[UUID] = set()
    token = _seen.set(seen)
    try:
        yield seen
    finally:
        _seen.reset(token)


def saw(ids: Iterable[UUID]) -> None:
    """Tell whose data was read past the model, by a statement of one's own."""
    seen = _seen.get()
    if seen is not None:
        seen.update(ids)


class DataSubject(models.Model):
    """Base of a model whose rows are people with a right to know who looked at them."""

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, *row: Any, **options: Any) -> Self:
        loaded = super().from_db(*row, **options)
        saw([loaded.pk])
        return loaded
