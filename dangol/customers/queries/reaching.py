"""All ways to reach a person or a company, with where each comes from."""

from dataclasses import dataclass
from datetime import datetime

from dangol.customers.enums import ContactKind, ContactUse, IdentityKind
from dangol.customers.models import Company, ContactPoint, Identity, Person
from dangol.customers.queries.trust import origin_label
from dangol.customers.role_addresses import is_role_address
from dangol.kit.compiled import Compiled

KINDS = {IdentityKind.EMAIL.value: ContactKind.EMAIL, IdentityKind.PHONE.value: ContactKind.PHONE}
POINTS: Compiled[ContactPoint] = Compiled(
    lambda **whose: ContactPoint.objects.filter(**whose).order_by("first_told_at", "id")
)
IDENTITIES: Compiled[Identity] = Compiled(
    lambda **whose: Identity.objects.filter(**whose, kind__in=KINDS).order_by("created_at")
)


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
    link = "person_id" if isinstance(row, Person) else "company_id"
    return POINTS(workspace_id=row.workspace_id, **{link: row.pk})


def _identities(row: Person | Company) -> dict[tuple[str, str], Identity]:
    if not isinstance(row, Person):
        return {}
    found = IDENTITIES(workspace_id=row.workspace_id, person_id=row.pk)
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
