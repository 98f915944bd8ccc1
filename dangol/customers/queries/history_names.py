"""The values of the history in words: ids become names, choices their labels, one query per kind of row."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from dangol.customers.history_words import CHOICES, LINKS
from dangol.customers.models import Company, CustomRecord, FieldDefinition, Household, Person, Tag
from dangol.customers.queries.fields import field_text, linked_names
from dangol.customers.queries.trust import origin_label
from dangol.kit.phones import dialled
from dangol.workspaces.models import Member

MODELS: Mapping[str, type[Model]] = {
    "person": Person,
    "company": Company,
    "record": CustomRecord,
    "household": Household,
    "tag": Tag,
}
UNSEEN = "…"


@dataclass(frozen=True)
class Names:
    """What ids are called, as far as the member may see."""

    of_rows: Mapping[str, str]
    of_links: Mapping[str, str]

    def said(self, column: str, part: str | None, value: Any, definitions: Mapping[str, FieldDefinition]) -> str:
        """Say one value in the reader's language; nothing is empty."""
        if value is None or value == "":
            return ""
        if column == "fields" and part is not None and part in definitions:
            return field_text(definitions[part], value, self.of_links)
        if column in LINKS:
            return self.of_rows.get(str(value), UNSEEN)
        return _plain(column, value)


def names_in(
    values: Iterable[tuple[str, str | None, Any]], *, member: Member, definitions: Mapping[str, FieldDefinition]
) -> Names:
    """Look up what the values name: members, people, companies, tags and the targets of link fields."""
    wanted: dict[str, set[str]] = defaultdict(set)
    linked = []
    for column, part, value in values:
        if value in (None, ""):
            continue
        if column in LINKS:
            wanted[LINKS[column]].add(str(value))
        elif column == "fields" and part is not None and part in definitions and definitions[part].is_link:
            linked.append((definitions[part], value))
    found: dict[str, str] = {}
    for kind, ids in sorted(wanted.items()):
        found |= _names(kind, ids, member)
    return Names(found, linked_names(member.workspace_id, linked, member=member) if linked else {})


def _names(kind: str, ids: set[str], member: Member) -> dict[str, str]:
    if kind == "member":
        rows = Member.objects.filter(workspace_id=member.workspace_id, pk__in=ids).select_related("user")
        return {str(row.pk): row.user.name for row in rows}
    model = MODELS[kind]
    rows = model.objects.filter(workspace_id=member.workspace_id, pk__in=ids)  # type: ignore[attr-defined] # tenant models
    if hasattr(rows, "visible_to"):
        rows = rows.visible_to(member)
    return {str(row.pk): str(row) for row in rows}


def _plain(column: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    if column in {"phone", "value"}:
        return dialled(str(value))
    if column == "origin":
        return origin_label(str(value))
    if column.endswith("_at") and isinstance(value, str) and (at := parse_datetime(value)):
        return date_format(localtime(at), "SHORT_DATETIME_FORMAT")
    return str(CHOICES.get(column, {}).get(value, value)) if isinstance(value, str) else str(value)
