"""What is compared: everybody's fields, cleaned."""

from collections.abc import Hashable, Iterable
from itertools import islice
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from dangol.customers.matching.columns import (
    Column,
    address,
    city,
    folded,
    house_number,
    last_digits,
    mailbox,
    one_word,
    street,
    texts_of,
)
from dangol.customers.matching.names import FORMAL, company_stem, family_class, letters, parted, sound


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


READ_AT_ONCE = 10_000
TOLD = [field for field in Record.__annotations__ if field != "id"]


class People:
    """Everybody who is compared, as columns."""

    def __init__(self, records: Iterable[Record]) -> None:
        self.ids: list[Hashable] = []
        told = self._told(records)
        self.family, self.given = _names(told)
        self.born = told["born"]
        self.family_class = self.family.each(family_class)
        self.family_letters = self.family.each(letters)
        self.given_letters = self.given.each(letters)
        self.given_sound = self.given.each(sound)
        self.given_formal = self.given.each(lambda name: FORMAL.get(name, name))
        self.email = told["email"].derived(address)
        self.mailbox = self.email.derived(mailbox)
        self.phone = told["phone"].derived(last_digits)
        self.postal_code = told["postal_code"].derived(pc.utf8_trim_whitespace)
        self.city = told["city"].derived(city)
        place = told["address"].derived(folded)
        self.number = place.derived(house_number)
        self.street = place.derived(street).each(letters)
        self.company = told["company"].each(company_stem)

    def __len__(self) -> int:
        return len(self.ids)

    def _told(self, records: Iterable[Record]) -> dict[str, Column]:
        """Read everybody, so many at a time that a million records need not be held at once."""
        columns: list[list[Any]] = [[] for _field in TOLD]
        coming = iter(records)
        while chunk := list(islice(coming, READ_AT_ONCE)):
            ids, *fields = zip(*chunk, strict=True)
            self.ids.extend(ids)
            for column, texts in zip(columns, fields, strict=True):
                column.append(texts_of(texts))
        return {
            field: Column.of(pa.concat_arrays(column) if column else texts_of(()))
            for field, column in zip(TOLD, columns, strict=True)
        }


def _names(told: dict[str, Column]) -> tuple[Column, Column]:
    """Return family and given names; of whom neither is told, as the whole name is parted."""
    family, given = (told[field].derived(one_word) for field in ("family_name", "given_name"))
    name = told["name"]
    name = Column.of(pc.if_else((family.codes > 0) | (given.codes > 0), "", name.values.take(name.codes)))
    parts = zip(*map(parted, name.values.to_pylist()), strict=True)
    families, givens = (Column.of(texts_of(part)) for part in parts)
    return (
        family.or_else(Column(families.values, families.codes[name.codes])),
        given.or_else(Column(givens.values, givens.codes[name.codes])),
    )
