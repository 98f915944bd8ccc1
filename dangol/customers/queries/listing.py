"""The list of people, as one page of it is shown."""

from dataclasses import dataclass

from dangol.customers.models import Person
from dangol.customers.queries.search import people_found
from dangol.kit.pagination import CappedCount, Page, capped_count, keyset_page
from dangol.workspaces.models import Member

NEWEST = "newest"
SORTS = {NEWEST: ("-created_at", "-id"), "name": ("name", "id"), "seen": ("-last_seen_at", "-id")}
PAGE = 50
NOT_SHOWN = ("fields", "bigrams", "initials", "address")


@dataclass(frozen=True)
class Listing:
    """One page of people, and how many fit in all."""

    page: Page[Person]
    total: CappedCount
    question: str
    sort: str


def people_listing(member: Member, *, question: str, sort: str, after: str | None) -> Listing:
    """Return one page of the people whom the member may see. An unknown sort is newest first."""
    order = sort if sort in SORTS else NEWEST
    found = people_found(member, question)
    rows = found.select_related("owner__user").defer(*NOT_SHOWN)
    page = keyset_page(rows, order=SORTS[order], after=after, size=PAGE)
    return Listing(page, capped_count(found), question, order)
