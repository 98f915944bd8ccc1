"""The audit record as a privacy officer reads it: narrowed down, newest first, with names instead of ids."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from django.db.models import Q, QuerySet

from dangol.customers.models import Person
from dangol.kit.pagination import Page, keyset_page
from dangol.workspaces.models import AuditEntry, Member

ORDER = ("-at", "-id")
NAMED = 3
MOST_MEANT = 50


@dataclass(frozen=True)
class AuditFilter:
    """Which part of the record is meant. `whose` is a customer's name, e-mail, phone or id."""

    since: datetime
    until: datetime
    member_id: str = ""
    deed: str = ""
    whose: str = ""


@dataclass(frozen=True)
class AuditLine:
    """One entry, with the first of its people as far as the reader may see them."""

    entry: AuditEntry
    people: Sequence[Person]

    @property
    def others(self) -> int:
        """How many more people there were, or that are erased or hidden by now."""
        return len(self.entry.people) - len(self.people)


class AuditPage:
    """One page of the record. Two queries, and one for `whose`."""

    def __init__(self, reader: Member, wanted: AuditFilter, after: str | None) -> None:
        self.page: Page[AuditEntry] = keyset_page(entries_of(reader, wanted), order=ORDER, after=after)
        self._reader = reader

    @cached_property
    def lines(self) -> list[AuditLine]:
        """The entries of the page."""
        named = {person_id for entry in self.page for person_id in entry.people[:NAMED]}
        people = Person.objects.visible_to(self._reader).only("name", "email").in_bulk(named)
        return [AuditLine(entry, _known(people, entry.people[:NAMED])) for entry in self.page]


def entries_of(reader: Member, wanted: AuditFilter) -> QuerySet[AuditEntry]:
    """Return the entries that are meant. `whose` is found by reading the days: an index would cost every page."""
    found = AuditEntry.objects.filter(
        workspace_id=reader.workspace_id, at__gte=wanted.since, at__lt=wanted.until
    ).select_related("member__user")
    if wanted.member_id:
        found = found.filter(member_id=wanted.member_id)
    if wanted.deed:
        found = found.filter(deed=wanted.deed)
    return found.filter(people__overlap=_meant(reader, wanted.whose)) if wanted.whose else found


def _meant(reader: Member, whose: str) -> list[UUID]:
    try:
        return [UUID(whose)]
    except ValueError:
        named = Q(name=whose) | Q(email=whose.lower()) | Q(phone=whose)
        return list(Person.objects.visible_to(reader).filter(named).values_list("pk", flat=True)[:MOST_MEANT])


def _known(people: dict[UUID, Person], ids: Iterable[UUID]) -> list[Person]:
    return [people[person_id] for person_id in ids if person_id in people]
