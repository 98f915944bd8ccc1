"""Whom a definition describes: people, or companies."""

from enum import StrEnum


class Subject(StrEnum):
    """The word is the alias of the tested row, and the object of the workspace's own fields."""

    PERSON = "person"
    COMPANY = "company"

    @property
    def table(self) -> str:
        """Where its rows stand."""
        return f"customers_{self.value}"

    @property
    def link(self) -> str:
        """The column by which other tables point at a row, and the one column of a compiled set."""
        return f"{self.value}_id"
