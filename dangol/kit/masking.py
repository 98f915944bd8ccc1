"""
Values that the running request may not read: masked while rows are loaded, so that no page can forget to.

A masked row is for showing. It refuses to be saved, and the database takes no mask as a value.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, NoReturn, ParamSpec, Self, TypeVar

import psycopg
from django.db import models
from psycopg.adapt import Dumper

from dangol.kit.phones import dialled

P = ParamSpec("P")
R = TypeVar("R")
ENDS = (3, 4)
"""So many characters at the beginning and at the end of a phone number stay: enough to tell two apart by ear."""

_names: ContextVar[frozenset[str]] = ContextVar("masked", default=frozenset())


@contextmanager
def masking(names: Iterable[str]) -> Iterator[None]:
    """Mask these fields in everything that is loaded inside the block."""
    token = _names.set(frozenset(names))
    try:
        yield
    finally:
        _names.reset(token)


def masked_names() -> frozenset[str]:
    """Return the fields that are masked now."""
    return _names.get()


class Masked(str):
    """What stands in place of a value."""

    __slots__ = ()


class _Refusing(Dumper):
    """Keeps masks out of the database, where they could only be written over what they stand for."""

    def dump(self, obj: Any) -> NoReturn:
        raise MaskedRowError(f"{obj} is a mask, not a value")


psycopg.adapters.register_dumper(Masked, _Refusing)


class MaskedRowError(RuntimeError):
    """Something tried to keep a mask as if it were a value."""


def masked_email(address: str) -> Masked:
    """j***@e***: who it is, one may guess; where to write, one may not."""
    name, _at, domain = address.partition("@")
    return Masked(f"{name[:1]}***@{domain[:1]}***")


def masked_phone(number: str) -> Masked:
    """010-****-5678."""
    shown = dialled(number)
    first, last = ENDS
    hidden = "".join("*" if one.isdigit() else one for one in shown[first:-last])
    return Masked(shown[:first] + hidden + shown[-last:])


def masked_day(_day: object) -> Masked:
    """A day of which nothing is told."""
    return Masked("****-**-**")


class MaskedRow(models.Model):
    """Base of a model whose rows hold what some may not read."""

    has_masks = False

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, *row: Any, **options: Any) -> Self:
        loaded = super().from_db(*row, **options)
        loaded.mask()
        return loaded

    def mask(self) -> None:
        """Put masks in place of what the running request may not read."""
        if masked_names():
            self.has_masks = self.put_masks(masked_names())

    def put_masks(self, names: frozenset[str]) -> bool:
        """Mask what is named, and return whether there was anything."""
        raise NotImplementedError

    def save(self, *args: Any, **options: Any) -> None:
        if self.has_masks:
            raise MaskedRowError(f"{self._meta.model_name} {self.pk} was loaded with masks")
        super().save(*args, **options)


def unmasked(operation: Callable[P, R]) -> Callable[P, R]:
    """Let an operation that writes rows see what stands in them. A row that it returns is masked again."""

    @wraps(operation)
    def seeing(*args: P.args, **kwargs: P.kwargs) -> R:
        with masking(()):
            done = operation(*args, **kwargs)
        if isinstance(done, MaskedRow):
            done.mask()
        return done

    return seeing
