"""Two who may be the same, field by field, and what would become one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from dangol.customers.contracts import company_tables, person_tables
from dangol.customers.models import DuplicatePair
from dangol.customers.queries.duplicates import Suggestion, next_pair, previous_pair
from dangol.customers.queries.fields import field_definitions
from dangol.customers.queries.merge_fields import COMPANY_FIELDS, CUSTOM, PERSON_FIELDS, choosable, default_choice
from dangol.customers.queries.merging import ConsentOutcome, consents_after_merge, rows_to_join
from dangol.kit.phones import dialled
from dangol.workspaces.models import Member


@dataclass(frozen=True)
class FieldChoice:
    """One field in which the two differ, and whose value is chosen to begin with."""

    name: str
    label: str
    kept: str
    merged: str
    choice: str


@dataclass(frozen=True)
class SideBySide:
    """The page of one pair."""

    kind: str
    suggestion: Suggestion | None
    keep: Any
    merge: Any
    choices: Sequence[FieldChoice]
    agreeing: Sequence[tuple[str, str]]
    joined: Sequence[tuple[str, int]]
    consents: Sequence[ConsentOutcome]
    previous_id: Any
    next_id: Any


def pair_side_by_side(member: Member, pair: DuplicatePair, kind: str, *, keep: str = "") -> SideBySide:
    """
    Return everything that is needed to decide about a pair of which the member sees both.

    :param keep: id of the one to keep; to begin with the one who was known first
    """
    page = side_by_side(member, kind, getattr(pair, kind), getattr(pair, f"other_{kind}"), keep=keep)
    return replace(
        page, suggestion=Suggestion(pair, page.keep, page.merge), previous_id=previous_pair(member, pair, kind),
        next_id=next_pair(member, pair, kind),
    )  # fmt: skip


def side_by_side(member: Member, kind: str, one: Any, other: Any, *, keep: str = "") -> SideBySide:
    """Return what is needed to merge any two that the member sees, `one` kept unless `keep` names the other."""
    first, second = (other, one) if str(other.pk) == keep else (one, other)
    fields = PERSON_FIELDS if kind == "person" else COMPANY_FIELDS
    kept, merged = _values(first, fields), _values(second, fields)
    labels = _labels(first, kind)
    differing = choosable(kept, merged, fields=fields)
    return SideBySide(
        kind=kind,
        suggestion=None,
        keep=first,
        merge=second,
        choices=[_choice(name, labels, kept, merged) for name in differing],
        agreeing=[
            (labels.get(name, name), _shown(kept, name)) for name in fields if name not in differing and kept[name]
        ],
        joined=rows_to_join(member.workspace_id, second.pk, person_tables() if kind == "person" else company_tables()),
        consents=consents_after_merge(member.workspace_id, [first.pk, second.pk]) if kind == "person" else (),
        previous_id=None,
        next_id=None,
    )


def _values(row: Any, fields: Sequence[str]) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in fields}
    values["owner_name"] = row.owner.user.name if row.owner_id else ""
    return values | {"fields": row.fields}


def _choice(name: str, labels: dict[str, str], kept: dict[str, Any], merged: dict[str, Any]) -> FieldChoice:
    label = labels.get(name, name.removeprefix(CUSTOM))
    return FieldChoice(name, label, _shown(kept, name), _shown(merged, name), default_choice(kept, merged, name))


def _shown(values: dict[str, Any], name: str) -> str:
    if name == "owner_id":
        return str(values["owner_name"])
    if name == "phone":
        return dialled(values[name])
    value = values["fields"].get(name.removeprefix(CUSTOM)) if name.startswith(CUSTOM) else values[name]
    return "" if value is None else str(value)


def _labels(row: Any, kind: str) -> dict[str, str]:
    labels = {
        "name": _("Name"),
        "family_name": _("Family name"),
        "given_name": _("Given name"),
        "honorific": _("Honorific"),
        "email": _("E-mail"),
        "phone": _("Phone"),
        "external_id": _("Customer number"),
        "business_number": _("Business number"),
        "domain": _("Domain"),
        "country": _("Country"),
        "postal_code": _("Postal code"),
        "city": _("City"),
        "address": _("Address"),
        "born_on": _("Birth date"),
        "language": _("Language"),
        "time_zone": _("Time zone"),
        "industry": _("Industry"),
        "owner_id": _("Owner"),
    }
    own = field_definitions(workspace_id=row.workspace_id, object=kind)
    return labels | {CUSTOM + definition.key: definition.label for definition in own}
