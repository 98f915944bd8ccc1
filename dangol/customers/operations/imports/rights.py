"""What a member may take in by a file or a data source: the fields that the role writes, as in every form."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from dangol.customers.enums import ImportTarget, sort_of
from dangol.customers.models import PeopleImport
from dangol.customers.operations.imports.refusals import UnableToImport
from dangol.customers.operations.imports.targets import CUSTOM, TARGETS
from dangol.workspaces.enums import FieldAccess
from dangol.workspaces.models import Member

RECOGNISED_BY = frozenset({"email", "phone"})


def refuse_forbidden_columns(people_import: PeopleImport, member: Member) -> None:
    """
    Let a file be taken in only by those whose role allows what its columns mean.

    :raises UnableToImport: for others
    """
    named = forbidden_names(target=people_import.target, meanings=people_import.mapping.values(), member=member)
    if named:
        raise UnableToImport(_("Your role may not write these fields: %(fields)s. Leave them out.") % {"fields": named})


def forbidden_names(*, target: str, meanings: Iterable[str], member: Member) -> str:
    """Return what the meanings that the member's role does not allow are called, for the reader; empty for none."""
    labels = {key: str(known.label) for key, known in TARGETS[sort_of(target)].items()}
    forbidden = forbidden_meanings(target=target, meanings=meanings, member=member)
    return ", ".join(labels.get(key, key.removeprefix(CUSTOM)) for key in forbidden)


def forbidden_meanings(*, target: str, meanings: Iterable[str], member: Member) -> list[str]:
    """
    Return the meanings of columns that the member's role does not allow.

    A column that finds people by their address or number would tell who has it, and needs the right to read both.
    """
    rights, chosen = member.rights, [key for key in meanings if key]
    if target == ImportTarget.PEOPLE:
        return [key for key in chosen if rights.access(key) != FieldAccess.WRITE]
    known = TARGETS[sort_of(target)]
    finding = [key for key in chosen if key in known and known[key].leads_to == ImportTarget.PEOPLE]
    return finding if rights.masked & RECOGNISED_BY else []
