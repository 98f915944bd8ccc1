"""What a member may take in by a file: the fields that the role writes, as in every form."""

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
    labels = {key: str(target.label) for key, target in TARGETS[sort_of(people_import.target)].items()}
    named = ", ".join(labels.get(key, key.removeprefix(CUSTOM)) for key in forbidden_columns(people_import, member))
    if named:
        raise UnableToImport(_("Your role may not write these fields: %(fields)s. Leave them out.") % {"fields": named})


def forbidden_columns(people_import: PeopleImport, member: Member) -> list[str]:
    """
    Return the meanings of columns that the member's role does not allow.

    A column that finds people by their address or number would tell who has it, and needs the right to read both.
    """
    rights, chosen = member.rights, [key for key in people_import.mapping.values() if key]
    if people_import.target == ImportTarget.PEOPLE:
        return [key for key in chosen if rights.access(key) != FieldAccess.WRITE]
    known = TARGETS[sort_of(people_import.target)]
    finding = [key for key in chosen if key in known and known[key].leads_to == ImportTarget.PEOPLE]
    return finding if rights.masked & RECOGNISED_BY else []
