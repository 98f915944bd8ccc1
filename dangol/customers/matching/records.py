"""What is compared: one column per field, cleaned, each distinct value once."""

import hashlib
import re
from array import array
from collections.abc import Callable, Hashable, Iterable
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from dangol.customers.matching.names import FORMAL, company_stem, family_class, fold, letters, parted, sound
from dangol.customers.role_addresses import is_role_address

Codes = npt.NDArray[np.int64]

NUMBER = re.compile(r"\d+")
ROAD = re.compile(r"([가-힣]\S*?(?:로|길)(?:\s*\d+\s*번?길)?)\s*(\d+)")
KIND_OF_CITY = re.compile(r"(특별자치시|특별자치도|특별시|광역시|시|도)$")
DIGITS = re.compile(r"\D+")
LOCAL_NUMBER = 8
"""So many last digits of a phone number are the same however the number is written."""


class Column:
    """One field of everybody: distinct values, of which the first is the empty one, and a code for each person."""

    def __init__(self, values: list[str], codes: Codes) -> None:
        self.values = values
        self.codes = codes

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Column":
        """Give each distinct text a code."""
        known: dict[str, int] = {"": 0}
        codes = np.fromiter((known.setdefault(text, len(known)) for text in texts), np.int64)
        return cls(list(known), codes)

    def derived(self, change: Callable[[str], str]) -> "Column":
        """Return another field made from this one, each distinct value changed once."""
        made = Column.of(change(value) if value else "" for value in self.values)
        return Column(made.values, made.codes[self.codes])

    @cached_property
    def hashes(self) -> npt.NDArray[np.uint64]:
        """Return a lasting 64-bit hash for each person, 0 where the value is empty."""
        own = [int.from_bytes(hashlib.blake2b(value.encode(), digest_size=8).digest(), "big") for value in self.values]
        own[0] = 0
        hashed: npt.NDArray[np.uint64] = np.array(own, np.uint64)[self.codes]
        return hashed

    def counts(self) -> Codes:
        """Return how many people have each value."""
        return np.bincount(self.codes, minlength=len(self.values))


class Record(NamedTuple):
    """One person as the database knows them; every field may be empty. `born` is an ISO date."""

    id: Hashable
    name: str = ""
    family_name: str = ""
    given_name: str = ""
    email: str = ""
    phone: str = ""
    born: str = ""
    postal_code: str = ""
    city: str = ""
    address: str = ""
    company: str = ""

    def changed(self, **values: Any) -> "Record":
        """Return the record with other values in some fields."""
        return self._replace(**values)


class Texts:
    """Collects one field, each distinct text once, so that a million people fit in memory."""

    def __init__(self) -> None:
        self.known: dict[str, int] = {"": 0}
        self.codes = array("q")

    def add(self, texts: Iterable[str]) -> None:
        """Take the texts of the next people."""
        known = self.known
        self.codes.extend([known.setdefault(text, len(known)) for text in texts])

    def column(self) -> Column:
        """Return what was collected."""
        return Column(list(self.known), np.frombuffer(self.codes, np.int64) if self.codes else np.empty(0, np.int64))


READ_AT_ONCE = 10_000
TEXTS = 9
"""Seven fields as they are told, and the two parts of the name."""


class People:
    """Everybody who is compared, as columns."""

    def __init__(self, records: Iterable[Record]) -> None:
        self.ids: list[Hashable] = []
        told = [Texts() for _name in range(TEXTS)]
        coming = iter(records)
        while chunk := list(islice(coming, READ_AT_ONCE)):
            ids, _names, _families, _givens, *rest = zip(*chunk, strict=True)
            self.ids.extend(ids)
            for texts, column in zip(told, (*rest, *zip(*map(_name_of, chunk), strict=True)), strict=True):
                texts.add(column)
        email, phone, born, postal_code, city, address, company, family, given = (texts.column() for texts in told)
        self.family, self.given, self.born = family, given, born
        self.family_class = family.derived(family_class)
        self.family_letters = family.derived(letters)
        self.given_letters = given.derived(letters)
        self.given_sound = given.derived(sound)
        self.given_formal = given.derived(lambda name: FORMAL.get(name, name))
        self.email = email.derived(lambda text: text.strip().lower())
        self.mailbox = self.email.derived(_mailbox)
        self.phone = phone.derived(_last_digits)
        self.postal_code = postal_code.derived(str.strip)
        self.city = city.derived(_city)
        folded = address.derived(fold)
        self.number = folded.derived(lambda text: _place(text)[1])
        self.street = folded.derived(lambda text: letters(_place(text)[0]))
        self.company = company.derived(company_stem)

    def __len__(self) -> int:
        return len(self.ids)


def _name_of(record: Record) -> tuple[str, str]:
    if record.family_name or record.given_name:
        return fold(record.family_name).replace(" ", ""), fold(record.given_name).replace(" ", "")
    return parted(record.name)


def _mailbox(email: str) -> str:
    """Return the part before the @ without what comes after a plus; nothing for a box that many people read."""
    return "" if is_role_address(email) else email.partition("@")[0].partition("+")[0].replace(".", "")


def _last_digits(phone: str) -> str:
    digits = DIGITS.sub("", phone)
    return digits[-LOCAL_NUMBER:] if len(digits) >= LOCAL_NUMBER else ""


def _city(city: str) -> str:
    """Return the name without what kind of city it is: 서울특별시 and 서울시 are 서울."""
    return KIND_OF_CITY.sub("", fold(city).replace(" ", ""))


def _place(address: str) -> tuple[str, str]:
    """Return street and house number. A Korean road may have a number in its name: 테헤란로12길 34 is its number 34."""
    if road := ROAD.search(address):
        return road[1].replace(" ", ""), road[2]
    number = NUMBER.search(address)
    return NUMBER.sub("", address).replace(" ", ""), number[0] if number else ""
