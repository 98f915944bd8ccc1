"""Whom a definition describes: people, companies, or the records of one of the workspace's own objects."""

from dataclasses import dataclass
from typing import ClassVar, Self


@dataclass(frozen=True)
class Subject:
    """
    `row` is the alias of the tested row. `object` says whose fields it has: the same word, or the own object's key.

    `RECORD`, without a key, stands for the records of any object where it is said what can be asked of all of them.
    """

    row: str
    object: str

    PERSON: ClassVar["Subject"]
    COMPANY: ClassVar["Subject"]
    RECORD: ClassVar["Subject"]
    KINDS: ClassVar[tuple["Subject", ...]]

    @classmethod
    def records_of(cls, object_key: str) -> Self:
        """Return the records of an own object."""
        return cls("record", object_key)

    @classmethod
    def with_fields_of(cls, object_key: str) -> "Subject":
        """Return those who have the fields that were defined for an object."""
        return next((core for core in cls.KINDS if core.object == object_key), cls.records_of(object_key))

    @property
    def kind(self) -> "Subject":
        """The same for the records of all objects."""
        return next(kind for kind in self.KINDS if kind.row == self.row)

    @property
    def table(self) -> str:
        """Where its rows stand."""
        return "customers_customrecord" if self.kind == self.RECORD else f"customers_{self.row}"

    @property
    def link(self) -> str:
        """The column by which other tables point at a row, and the one column of a compiled set."""
        return f"{self.row}_id"


Subject.PERSON = Subject("person", "person")
Subject.COMPANY = Subject("company", "company")
Subject.RECORD = Subject.records_of("")
Subject.KINDS = (Subject.PERSON, Subject.COMPANY, Subject.RECORD)
