"""What is kept sealed of whom: never the values themselves."""

import re
import unicodedata
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from dangol.customers.models import Person, SealedField, SealedValue
from dangol.kit.sealed_columns import fingerprint
from dangol.workspaces.models import Member

MARKS = re.compile(r"[\s\-–.]")


@dataclass(frozen=True)
class SealedLine:
    """One field of one person, and whether it holds something."""

    field: SealedField
    value: SealedValue | None


def sealed_fields(member: Member) -> QuerySet[SealedField]:
    """What the workspace keeps sealed, by name."""
    return SealedField.objects.filter(workspace_id=member.workspace_id).order_by("label", "id")


def counted_sealed_fields(member: Member) -> QuerySet[SealedField]:
    """The same, each with `kept`: of how many people there is a value."""
    return sealed_fields(member).annotate(kept=Count("values"))


def sealed_lines(person: Person, member: Member) -> list[SealedLine]:
    """Every sealed field, and what there is of this person. Two queries."""
    values = {value.field_id: value for value in sealed_values_of(person, member).select_related("by__user")}
    return [SealedLine(field, values.get(field.pk)) for field in sealed_fields(member)]


def sealed_values_of(person: Person, member: Member) -> QuerySet[SealedValue]:
    """The values of a person, sealed."""
    return SealedValue.objects.filter(workspace_id=member.workspace_id, person=person)


def people_with_sealed_value(member: Member, field: SealedField, text: str) -> QuerySet[Person]:
    """Who of those that the member may see has exactly this value, whatever stands between its digits."""
    holders = SealedValue.objects.filter(
        workspace_id=member.workspace_id, field=field, fingerprint=sealed_fingerprint(field, text)
    )
    return Person.objects.visible_to(member).filter(pk__in=holders.values("person_id")).order_by("name", "id")


def sealed_fingerprint(field: SealedField, text: str) -> str:
    """Return by what a value is found again: spaces, hyphens and full stops do not matter, nor does case."""
    plain = MARKS.sub("", unicodedata.normalize("NFKC", text)).casefold()
    return fingerprint(field.workspace_id, f"sealed field {field.pk}", plain)
