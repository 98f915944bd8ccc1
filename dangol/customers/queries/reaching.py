"""All ways to reach a person or a company, with where each comes from."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from dangol.customers.enums import ContactKind, ContactUse, IdentityKind
from dangol.customers.models import Company, ContactPoint, Identity, Person
from dangol.customers.queries.trust import origin_label

ROLE_NAMES = frozenset((
    "info", "sales", "contact", "help", "support", "admin", "office", "hello", "team", "service", "services", "cs",
    "webmaster", "postmaster", "noreply", "no-reply", "marketing", "hr", "recruit", "jobs", "billing", "invoice",
    "account", "accounts", "accounting", "mail", "order", "orders", "shop", "store", "press", "pr", "reception",
    "booking", "reservation", "customer", "customerservice", "helpdesk", "newsletter", "partner", "partners", "tax",
))  # fmt: skip
"""What stands before the @ of an address that several people read."""

KINDS = {IdentityKind.EMAIL.value: ContactKind.EMAIL, IdentityKind.PHONE.value: ContactKind.PHONE}


@dataclass(frozen=True)
class Way:
    """One way to reach somebody. `recognises` says that it leads to this person alone."""

    kind: ContactKind
    value: str
    use: ContactUse | None = None
    origin: str = ""
    at: datetime | None = None
    confidence: int = 100
    is_shared: bool = False
    is_primary: bool = False
    recognises: bool = False

    @property
    def source(self) -> str:
        """What its source is called."""
        return origin_label(self.origin)


def is_role_address(address: str) -> bool:
    """Whether an e-mail address is read by several people: info@, sales@."""
    return address.partition("@")[0].partition("+")[0].lower() in ROLE_NAMES


def ways_to_reach(row: Person | Company) -> list[Way]:
    """Return every way to reach somebody, the main one of each kind first: two queries, one for a company."""
    points = {(point.kind, point.value): point for point in _points(row)}
    identities = _identities(row)
    main = {ContactKind.EMAIL: row.email, ContactKind.PHONE: row.phone, ContactKind.ADDRESS: row.address}
    found: list[Way] = []
    for kind, first in main.items():
        others = [value for of, value in (*points, *identities) if of == kind and value != first]
        for value in dict.fromkeys([first, *others] if first else others):
            way = _way(row, kind, value, points.get((kind, value)), identities.get((kind, value)))
            found.append(way if value != first else _main(row, way))
    return found


def _points(row: Person | Company) -> list[ContactPoint]:
    link: dict[str, Any] = {"person" if isinstance(row, Person) else "company": row}
    return list(ContactPoint.objects.filter(workspace_id=row.workspace_id, **link).order_by("first_told_at", "id"))


def _identities(row: Person | Company) -> dict[tuple[str, str], Identity]:
    if not isinstance(row, Person):
        return {}
    found = Identity.objects.filter(workspace_id=row.workspace_id, person=row, kind__in=KINDS).order_by("created_at")
    return {(identity.kind, identity.value): identity for identity in found}


def _way(
    row: Person | Company, kind: ContactKind, value: str, point: ContactPoint | None, identity: Identity | None
) -> Way:
    known = identity is not None
    if point is not None:
        return Way(
            kind, value, ContactUse(point.use), point.origin, point.last_told_at, point.confidence,
            is_shared=point.is_shared, recognises=known,
        )  # fmt: skip
    shared = kind == ContactKind.EMAIL and is_role_address(value)
    if identity is not None:
        return Way(
            kind, value, None, identity.origin, identity.created_at, identity.confidence, is_shared=shared,
            recognises=True,
        )  # fmt: skip
    return Way(kind, value, None, row.origin, row.created_at, is_shared=shared)


def _main(row: Person | Company, way: Way) -> Way:
    won = row.won.get(way.kind.value, {})
    origin = won.get("origin", way.origin)
    at = datetime.fromisoformat(won["at"]) if won.get("at") else way.at
    return Way(
        way.kind, way.value, way.use, origin, at, way.confidence, is_shared=way.is_shared, is_primary=True,
        recognises=way.recognises,
    )  # fmt: skip


def shared_values(person_id: UUID, workspace_id: UUID) -> set[tuple[str, str]]:
    """Return what leads to several people and thus must not recognise this one."""
    found = ContactPoint.objects.filter(workspace_id=workspace_id, person_id=person_id, is_shared=True)
    return set(found.values_list("kind", "value"))
