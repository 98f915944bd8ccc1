"""Mappings that are kept, to be offered when a file with the same titles comes again."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dangol.customers.enums import ImportState
from dangol.customers.models import PeopleImport, SavedMapping
from dangol.customers.operations.imports.refusals import UnableToImport
from dangol.customers.queries.imports import by_titles
from dangol.kit.text_files import plain_title
from dangol.workspaces.models import Member

LONGEST_NAME = 100


def save_mapping(*, people_import: PeopleImport, name: str, member: Member) -> SavedMapping:
    """
    Keep what the columns of this file mean under a name; an older mapping of that name is written over.

    :raises UnableToImport: without a name, or if no column has both a title and a meaning
    """
    meanings = {
        plain_title(people_import.header[int(number)]): key
        for number, key in people_import.mapping.items()
        if key and plain_title(people_import.header[int(number)])
    }
    if not name.strip() or not meanings:
        raise UnableToImport(_("Give the mapping a name. At least one column needs a title and a meaning."))
    kept, _is_new = SavedMapping.objects.update_or_create(
        workspace_id=people_import.workspace_id, target=people_import.target, name=name.strip()[:LONGEST_NAME],
        defaults={"meanings": meanings, "by": member},
    )  # fmt: skip
    return kept


@transaction.atomic
def use_mapping(*, people_import: PeopleImport, mapping_id: UUID) -> PeopleImport:
    """
    Let the columns of this file mean what a kept mapping says about their titles.

    :raises UnableToImport: if the mapping is gone, or the file is being taken in
    """
    found = SavedMapping.objects.filter(
        workspace_id=people_import.workspace_id, pk=mapping_id, target=people_import.target
    ).first()
    if found is None or people_import.state not in {ImportState.UPLOADED, ImportState.CHECKED}:
        raise UnableToImport(_("This mapping cannot be used now."))
    people_import.mapping = by_titles(found.meanings, people_import.header)
    people_import.state = ImportState.UPLOADED
    people_import.save(update_fields=["mapping", "state"])
    return people_import
