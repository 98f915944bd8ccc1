"""What comparing people and comparing companies differ in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from dangol.customers.matching.blocking import company_keys_of, keys_of
from dangol.customers.matching.records import People, Record
from dangol.customers.matching.weighing import EXPECTED_SHARE
from dangol.customers.operations.duplicates.reading import (
    chunk_of_companies,
    chunk_of_people,
    companies_by_id,
    people_by_id,
)


@dataclass(frozen=True)
class Compared:
    """
    People or companies.

    :param listed: from which probability on a pair is shown
    :param share: how many second records are expected for each
    :param waiting: table of those who came or changed
    :param keyed: table of the keys by which they are met
    """

    kind: str
    keys_of: Callable[[People], list[Any]]
    chunk: Callable[[UUID, UUID, int], list[Record]]
    by_id: Callable[[UUID, Sequence[UUID]], list[Record]]
    listed: float
    share: float
    waiting: str
    keyed: str

    @property
    def names(self) -> dict[str, str]:
        """The names that stand in statements."""
        return {"kind": self.kind, "waiting": self.waiting, "keyed": self.keyed}


PEOPLE = Compared(
    "person", keys_of, chunk_of_people, people_by_id, listed=0.5, share=EXPECTED_SHARE,
    waiting="customers_tocompare", keyed="customers_matchkey",
)  # fmt: skip

# Companies have no given names and birth dates: the same rare name alone is worth a look.
COMPANIES = Compared(
    "company", company_keys_of, chunk_of_companies, companies_by_id, listed=0.15, share=0.3,
    waiting="customers_companytocompare", keyed="customers_companymatchkey",
)  # fmt: skip
KINDS = {compared.kind: compared for compared in (PEOPLE, COMPANIES)}
