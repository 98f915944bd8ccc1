"""One field of everybody, each distinct value once, and how whole fields are cleaned."""

import hashlib
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from dangol.customers.matching.names import fold
from dangol.customers.role_addresses import ROLE_NAMES

Codes = npt.NDArray[np.int64]
Texts = Any
"""A column of texts in memory as pyarrow keeps it; it cleans a million in the time Python takes for a tenth."""

LOCAL_NUMBER = 8
"""So many last digits of a phone number are the same however the number is written."""

PLAIN = r"^[\x00-\x7f가-힣]*$"
NOT_A_LETTER = r"[^0-9a-z_가-힣]+"
ROAD = r"(?P<street>[가-힣]\S*?(?:로|길)(?:\s*\d+\s*번?길)?)\s*(?P<number>\d+)"
KIND_OF_CITY = r"(특별자치시|특별자치도|특별시|광역시|시|도)$"


def texts_of(values: Iterable[str]) -> Texts:
    """Return texts as a column."""
    return pa.array(values, pa.string())


class Column:
    """One field of everybody: distinct values, of which the first is the empty one, and a code for each person."""

    def __init__(self, values: Texts, codes: Codes) -> None:
        self.values = values
        self.codes = codes

    @classmethod
    def of(cls, texts: Texts) -> "Column":
        """Give each distinct text a code."""
        encoded = pa.concat_arrays([texts_of([""]), texts]).dictionary_encode()
        return cls(encoded.dictionary, encoded.indices.to_numpy()[1:].astype(np.int64))

    def derived(self, change: Callable[[Texts], Texts]) -> "Column":
        """Return another field made of this one's distinct values, all changed at once; what is empty stays so."""
        made = Column.of(change(self.values))
        return Column(made.values, made.codes[self.codes])

    def each(self, change: Callable[[str], str]) -> "Column":
        """Return another field made from this one, each distinct value changed once."""
        return self.derived(lambda values: texts_of(map(change, values.to_pylist())))

    def head(self, letters: int) -> "Column":
        """Return the field's first letters."""
        return self.derived(lambda values: pc.utf8_slice_codeunits(values, 0, letters))

    def or_else(self, other: "Column") -> "Column":
        """Return this field, and the other where this one is empty."""
        return Column.of(pc.if_else(self.codes > 0, self.values.take(self.codes), other.values.take(other.codes)))

    @cached_property
    def texts(self) -> npt.NDArray[np.object_]:
        """Return the distinct values as Python knows them."""
        known: npt.NDArray[np.object_] = self.values.to_numpy(zero_copy_only=False)
        return known

    @cached_property
    def hashes(self) -> npt.NDArray[np.uint64]:
        """Return a lasting 64-bit hash for each person, 0 where the value is empty."""
        own = [int.from_bytes(hashlib.blake2b(value.encode(), digest_size=8).digest(), "big") for value in self.texts]
        own[0] = 0
        hashed: npt.NDArray[np.uint64] = np.array(own, np.uint64)[self.codes]
        return hashed


def folded(texts: Texts) -> Texts:
    """Return what `fold` makes of each text."""
    plain = pc.match_substring_regex(texts, PLAIN)
    words = pc.replace_substring_regex(pc.utf8_lower(texts), NOT_A_LETTER, " ")
    rest = texts_of(map(fold, texts.filter(pc.invert(plain)).to_pylist()))
    return pc.replace_with_mask(pc.utf8_trim(words, " "), pc.invert(plain), rest)


def one_word(texts: Texts) -> Texts:
    """Return each text folded, its words joined."""
    return pc.replace_substring(folded(texts), " ", "")


def address(texts: Texts) -> Texts:
    """Return each e-mail address without spaces around it, in lower case."""
    return pc.utf8_lower(pc.utf8_trim_whitespace(texts))


def mailbox(addresses: Texts) -> Texts:
    """Return the part before the @ without what comes after a plus; nothing for a box that many people read."""
    name = pc.replace_substring_regex(addresses, "(?s)[@+].*", "")
    return pc.if_else(pc.is_in(name, texts_of(ROLE_NAMES)), "", pc.replace_substring(name, ".", ""))


def last_digits(phones: Texts) -> Texts:
    """Return the end of each phone number; nothing for what is too short to be one."""
    digits = pc.replace_substring_regex(phones, r"\D+", "")
    return pc.if_else(pc.less(pc.utf8_length(digits), LOCAL_NUMBER), "", pc.utf8_slice_codeunits(digits, -LOCAL_NUMBER))


def city(texts: Texts) -> Texts:
    """Return each name without what kind of city it is: 서울특별시 and 서울시 are 서울."""
    return pc.replace_substring_regex(one_word(texts), KIND_OF_CITY, "")


def street(addresses: Texts) -> Texts:
    """Return the street of folded addresses. A Korean road may have a number in its name: 테헤란로12길 34."""
    road = pc.struct_field(pc.extract_regex(addresses, ROAD), "street")
    return pc.replace_substring(pc.coalesce(road, pc.replace_substring_regex(addresses, r"\d+", "")), " ", "")


def house_number(addresses: Texts) -> Texts:
    """Return the house number of folded addresses: of 테헤란로12길 34 it is 34."""
    road = pc.struct_field(pc.extract_regex(addresses, ROAD), "number")
    first = pc.struct_field(pc.extract_regex(addresses, r"(?P<number>\d+)"), "number")
    return pc.coalesce(road, first, "")
