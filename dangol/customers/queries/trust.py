"""How far each source is trusted, and what each of them said about one person or company."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dangol.customers.enums import IdentityKind
from dangol.customers.models import Company, Identity, Person, SourceTrust, Telling
from dangol.customers.queries.fields import field_definitions, field_text, linked_names
from dangol.customers.queries.merge_fields import CUSTOM
from dangol.kit.compiled import Compiled
from dangol.workspaces.models import Member

BY_HAND = "staff"
DEFAULTS: Mapping[str, int] = {BY_HAND: 100, "import": 60, "source": 60, "form": 50, "tracking": 40, "event": 40}
NUMBER = "external_id"
OTHERWISE = 50
"""The rank of a source that nobody has named yet."""

GOVERNED: Mapping[str, tuple[str, ...]] = {
    "person": (
        "name", "family_name", "given_name", "honorific", "email", "phone", "language", "time_zone", "country",
        "postal_code", "city", "address", "born_on",
    ),
    "company": ("name", "domain", "email", "phone", "industry", "country", "postal_code", "city", "address"),
}  # fmt: skip
"""
The columns about which sources can disagree; own fields are governed too, as `fields.<key>`.

Numbers that identify are not among them: they never change silently. What each source called somebody is kept as
identities, and shown with the rest.
"""

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
    "external_id": gettext_lazy("Customer number"),
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
ONLY, TRUSTED, NEWER, FIRST = "only", "trust", "newer", "first"
REASONS: Mapping[str, Promise] = {
    ONLY: gettext_lazy("No other source says anything about it."),
    TRUSTED: gettext_lazy("This source is trusted more than the others."),
    NEWER: gettext_lazy("Of equally trusted sources this one spoke last."),
    FIRST: gettext_lazy("A number that identifies stays until a member changes it. All of these lead here."),
}


@dataclass(frozen=True)
class Version:
    """What one source said about one field. `confidence` is how far it is trusted, 0 to 100."""

    origin: str
    value: str
    at: datetime | None
    is_winner: bool
    confidence: int

    @property
    def label(self) -> str:
        """What the source is called."""
        return origin_label(self.origin)


@dataclass(frozen=True)
class Provenance:
    """Where the value of one field comes from, why it won, and what else was said."""

    field: str
    label: Promise | str
    why: Promise | str
    versions: Sequence[Version]
    may_choose: bool = True
    """Whether a member may let another source's value stand."""


RANKS: Compiled[tuple[str, int]] = Compiled(
    lambda workspace_id: SourceTrust.objects.filter(workspace_id=workspace_id).values_list("origin", "rank")
)
TELLINGS: Compiled[Telling] = Compiled(lambda **whose: Telling.objects.filter(**whose).order_by("origin"))
NUMBERS: Compiled[Identity] = Compiled(
    lambda **whose: Identity.objects.filter(**whose, kind=IdentityKind.EXTERNAL_ID).order_by("created_at", "id")
)


def family_of(origin: str) -> str:
    """Return the kind of source: `import` for `import:2026-03`."""
    return origin.partition(":")[0]


def origin_label(origin: str) -> str:
    """Return what a source is called."""
    named = ORIGINS.get(family_of(origin))
    return str(named) if named else origin or _("Unknown")


def ranks(workspace_id: UUID) -> "Ranks":
    """Return how far the workspace trusts its sources: one query."""
    return Ranks(dict(RANKS(workspace_id=workspace_id)))


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


def provenance_of(row: Person | Company, *, member: Member | None = None) -> list[Provenance]:
    """
    Return where each field of a person or company comes from: no query where there is one source only.

    Four queries otherwise, one more for each kind of row that own fields link to.

    :param member: name only linked rows that this member may see
    """
    kind = "person" if isinstance(row, Person) else "company"
    if not row.won:
        return []
    tellings = TELLINGS(workspace_id=row.workspace_id, **{f"{kind}_id": row.pk})
    trust = ranks(row.workspace_id)
    shown = [_provenance(row, field, LABELS[field], tellings, trust) for field in GOVERNED[kind]]
    return [one for one in (*shown, *_numbers(row), *_own(row, kind, tellings, trust, member)) if one.versions]


def own_fields_told(tellings: Iterable[Telling]) -> list[str]:
    """Return the own fields of which sources spoke, as `fields.<key>`."""
    return sorted({name for telling in tellings for name in telling.told if name.startswith(CUSTOM)})


def stored(value: Any) -> str:
    """Return a field's value as tellings keep it."""
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)


def _provenance(
    row: Person | Company,
    field: str,
    label: Promise | str,
    tellings: Iterable[Telling],
    trust: Ranks,
    *,
    say: Callable[[Any], str] = str,
    may_choose: bool = True,
) -> Provenance:
    won = row.won.get(field, {})
    winner = won.get("origin", row.origin)
    versions = [
        Version(
            one.origin, say(one.told[field]), _moment(one.told_at.get(field)), one.origin == winner,
            trust.of(one.origin),
        )
        for one in tellings
        if field in one.told
    ]  # fmt: skip
    versions.sort(key=lambda version: not version.is_winner)
    return Provenance(field, label, REASONS.get(won.get("why", ONLY), ""), versions, may_choose)


def _own(
    row: Person | Company, kind: str, tellings: Sequence[Telling], trust: Ranks, member: Member | None
) -> Iterator[Provenance]:
    """Own fields as a page shows them; what events told beyond them is named by its key."""
    names = own_fields_told(tellings)
    if not names:
        return
    fields = {CUSTOM + field.key: field for field in field_definitions(workspace_id=row.workspace_id, object=kind)}
    said = [(fields[name], one.told[name]) for one in tellings for name in one.told if name in fields]
    linked = linked_names(row.workspace_id, said, member=member)
    for name in names:
        field = fields.get(name)
        label = field.label if field else name.removeprefix(CUSTOM)
        say = partial(field_text, field, linked=linked) if field else _plain
        yield _provenance(row, name, label, tellings, trust, say=say, may_choose=field is not None)


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)


def _numbers(row: Person | Company) -> Iterator[Provenance]:
    """What each source calls a person, where there is more than one number."""
    if not isinstance(row, Person):
        return
    versions = [
        Version(one.origin, one.value, one.created_at, one.value == row.external_id, one.confidence)
        for one in NUMBERS(workspace_id=row.workspace_id, person_id=row.pk)
    ]
    if len(versions) > 1:
        versions.sort(key=lambda version: not version.is_winner)
        yield Provenance(NUMBER, LABELS[NUMBER], REASONS[FIRST], versions, may_choose=False)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
