"""How far each source is trusted, and what each of them said about one person or company."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dangol.customers.models import Company, Person, SourceTrust, Telling

BY_HAND = "staff"
DEFAULTS: Mapping[str, int] = {BY_HAND: 100, "import": 60, "source": 60, "form": 50, "tracking": 40, "event": 40}
OTHERWISE = 50
"""The rank of a source that nobody has named yet."""

GOVERNED: Mapping[str, tuple[str, ...]] = {
    "person": (
        "name", "family_name", "given_name", "honorific", "email", "phone", "language", "time_zone", "country",
        "postal_code", "city", "address", "born_on",
    ),
    "company": ("name", "domain", "email", "phone", "industry", "country", "postal_code", "city", "address"),
}  # fmt: skip
"""The fields about which sources can disagree. Numbers that identify are not among them: they never change silently."""

LABELS: Mapping[str, Promise] = {
    "name": gettext_lazy("Name"),
    "family_name": gettext_lazy("Family name"),
    "given_name": gettext_lazy("Given name"),
    "honorific": gettext_lazy("Form of address"),
    "email": gettext_lazy("E-mail"),
    "phone": gettext_lazy("Phone"),
    "language": gettext_lazy("Language"),
    "time_zone": gettext_lazy("Time zone"),
    "country": gettext_lazy("Country"),
    "postal_code": gettext_lazy("Postal code"),
    "city": gettext_lazy("City"),
    "address": gettext_lazy("Address"),
    "born_on": gettext_lazy("Date of birth"),
    "domain": gettext_lazy("Domain"),
    "industry": gettext_lazy("Industry"),
}
ORIGINS: Mapping[str, Promise] = {
    BY_HAND: gettext_lazy("Written by hand"),
    "import": gettext_lazy("Imported file"),
    "source": gettext_lazy("Connected source"),
    "form": pgettext_lazy("origin", "Form"),
    "tracking": gettext_lazy("Events"),
    "event": gettext_lazy("Companies told by events"),
}
ONLY, TRUSTED, NEWER = "only", "trust", "newer"
REASONS: Mapping[str, Promise] = {
    ONLY: gettext_lazy("No other source says anything about it."),
    TRUSTED: gettext_lazy("This source is trusted more than the others."),
    NEWER: gettext_lazy("Of equally trusted sources this one spoke last."),
}


@dataclass(frozen=True)
class Version:
    """What one source said about one field."""

    origin: str
    value: str
    at: datetime | None
    is_winner: bool

    @property
    def label(self) -> str:
        """What the source is called."""
        return origin_label(self.origin)


@dataclass(frozen=True)
class Provenance:
    """Where the value of one field comes from, why it won, and what else was said."""

    field: str
    label: Promise
    why: Promise | str
    versions: Sequence[Version]


def family_of(origin: str) -> str:
    """Return the kind of source: `import` for `import:2026-03`."""
    return origin.partition(":")[0]


def origin_label(origin: str) -> str:
    """Return what a source is called."""
    named = ORIGINS.get(family_of(origin))
    return str(named) if named else origin or _("Unknown")


def ranks(workspace_id: UUID) -> "Ranks":
    """Return how far the workspace trusts its sources: one query."""
    set_by_hand = SourceTrust.objects.filter(workspace_id=workspace_id).values_list("origin", "rank")
    return Ranks(dict(set_by_hand))


@dataclass(frozen=True)
class Ranks:
    """The trust in every source: what the workspace set, else what is usual."""

    chosen: Mapping[str, int]

    def of(self, origin: str) -> int:
        """Return the rank of a source, 0 to 100."""
        kind = family_of(origin)
        return self.chosen.get(origin, self.chosen.get(kind, DEFAULTS.get(kind, OTHERWISE)))


@dataclass(frozen=True)
class TrustedSource:
    """One source with its rank, as the settings show it."""

    origin: str
    label: str
    rank: int


def sources_trusted(workspace_id: UUID) -> list[TrustedSource]:
    """Return every kind of source but the members' own hand, and every source that was ranked: most trusted first."""
    trust = ranks(workspace_id)
    names = {*DEFAULTS, *trust.chosen} - {BY_HAND}
    found = [TrustedSource(name, _source_label(name), trust.of(name)) for name in names]
    return sorted(found, key=lambda source: (-source.rank, source.origin))


def _source_label(origin: str) -> str:
    kind, _colon, rest = origin.partition(":")
    return f"{origin_label(kind)}: {rest}" if rest else origin_label(kind)


def provenance_of(row: Person | Company) -> list[Provenance]:
    """Return where each field of a person or company comes from: one query, none where there is one source only."""
    kind = "person" if isinstance(row, Person) else "company"
    if not row.won:
        return []
    found = Telling.objects.filter(**{"workspace_id": row.workspace_id, kind: row}).order_by("origin")
    tellings = list(found)
    shown = [_provenance(row, field, tellings) for field in GOVERNED[kind]]
    return [one for one in shown if one.versions]


def stored(value: Any) -> str:
    """Return a field's value as tellings keep it."""
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)


def _provenance(row: Person | Company, field: str, tellings: Iterable[Telling]) -> Provenance:
    won = row.won.get(field, {})
    winner = won.get("origin", row.origin)
    versions = [
        Version(one.origin, one.told[field], _moment(one.told_at.get(field)), one.origin == winner)
        for one in tellings
        if field in one.told
    ]
    versions.sort(key=lambda version: not version.is_winner)
    return Provenance(field, LABELS[field], REASONS.get(won.get("why", ONLY), ""), versions)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
