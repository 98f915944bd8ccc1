"""
Values that the running request may not read: masked while rows are loaded, so that no page can forget to.

A masked row is for showing. It refuses to be saved, and the database takes no mask as a value.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ClassVar, NoReturn, ParamSpec, Self, TypeVar

import psycopg
from django.db import models
from psycopg.adapt import Dumper

from dangol.kit.phones import dialled

P = ParamSpec("P")
R = TypeVar("R")
ENDS = (3, 4)
"""So many characters at the beginning and at the end of a phone number stay: enough to tell two apart by ear."""

ADDRESS = re.compile(r"[\w.%+-]+@[\w-]+(?:\.[\w-]+)+")
NUMBER = re.compile(r"(?<![\w.-])(?:\+\d{1,3}|\(?0|82)[ .-]?\d{1,3}(?:[ .)-]{0,2}\d{3,4}){2}(?![\w-])")
"""What reads like a telephone number. It may be one of an order: better one of those masked than one of these told."""

BIRTHDAYS = frozenset({"born_on", "birthday", "birth_date", "birthdate", "date_of_birth", "birthDate", "dateOfBirth"})
REACHES = {
    "email": re.compile(r"e?-?mail|이메일|메일", re.IGNORECASE),
    "phone": re.compile(r"phone|mobile|\btel|cell|전화|연락처|휴대", re.IGNORECASE),
}
"""What a key is called under which a program sends a way to reach somebody."""

OWN_FIELD = "field:"
"""Before the key of a field of the workspace's own, to which roles have different access too."""

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
    return _without_middle(dialled(number))


def _without_middle(shown: str) -> Masked:
    first, last = ENDS
    hidden = "".join("*" if one.isdigit() else one for one in shown[first:-last])
    return Masked(shown[:first] + hidden + shown[-last:])


def masked_day(_day: object) -> Masked:
    """A day of which nothing is told."""
    return Masked("****-**-**")


def masked_within(told: Any, names: frozenset[str]) -> Any:
    """Mask addresses and numbers wherever they stand in a text, list, object or body, and values by their key."""
    if isinstance(told, dict):
        return {key: masked_day(one) if _hides(key, names) else masked_within(one, names) for key, one in told.items()}
    if isinstance(told, list):
        return [masked_within(one, names) for one in told]
    if isinstance(told, bytes):
        return _masked_body(told, names)
    return _masked_text(told, names) if isinstance(told, str) else told


def tells_masked(key: str, piece: object, names: frozenset[str], *, is_whole: bool) -> bool:
    """
    Whether asking who has such a value under a key would tell what is masked.

    :param is_whole: whether the whole value is compared: any piece of a text may be one of an address
    """
    if _hides(key, names) or any(name in names and pattern.search(key) for name, pattern in REACHES.items()):
        return True
    return bool(names & REACHES.keys()) and (not is_whole or masked_within(str(piece), names) != str(piece))


def _masked_body(body: bytes, names: frozenset[str]) -> bytes:
    """Mask JSON as it arrived. Of what is none, nothing is told: an address may be written in it in any way."""
    try:
        told = json.loads(body)
        masked = masked_within(told, names)
    except (ValueError, RecursionError):
        return b"***"
    return body if masked == told else json.dumps(masked, ensure_ascii=False).encode()


def _hides(key: str, names: frozenset[str]) -> bool:
    return f"{OWN_FIELD}{key}" in names or ("born_on" in names and key in BIRTHDAYS)


def _masked_text(text: str, names: frozenset[str]) -> str:
    shown = text
    if "email" in names:
        shown = ADDRESS.sub(lambda found: masked_email(found[0]), shown)
    if "phone" in names:
        shown = NUMBER.sub(lambda found: _without_middle(found[0]), shown)
    return text if shown == text else Masked(shown)


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


class MaskedTexts(MaskedRow):
    """Base of a model whose texts may tell how to reach somebody: what a program sent, or a colleague wrote."""

    masked_texts: ClassVar[Sequence[str]]

    class Meta:
        abstract = True

    def put_masks(self, names: frozenset[str]) -> bool:
        held = vars(self)
        masked = {name: masked_within(held[name], names) for name in self.masked_texts if name in held}
        changed = {name: value for name, value in masked.items() if value != held[name]}
        held.update(changed)
        return bool(changed)


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
