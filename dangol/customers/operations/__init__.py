"""What can be done in the people room."""

from dangol.customers.operations.belonging import join_companies
from dangol.customers.operations.consent import (
    NewConsent,
    UnableToGiveConsent,
    append_to_ledger,
    give_consent,
    give_consents,
    withdraw_consent,
)
from dangol.customers.operations.history import (
    Left,
    UnableToRestore,
    UndoResult,
    empty_trash,
    move_to_trash,
    restore_from_trash,
    undo_batch,
)
from dangol.customers.operations.import_columns import CUSTOM, TARGETS
from dangol.customers.operations.import_consents import ConsentStatement
from dangol.customers.operations.merging import (
    UnableToMerge,
    UnableToUnmerge,
    gather_stragglers,
    merge_companies,
    merge_people,
    unmerge,
)
from dangol.customers.operations.people import (
    PersonDetails,
    UnableToSavePerson,
    change_person,
    create_person,
    details_of,
)
from dangol.customers.operations.people_import import (
    UnableToImport,
    check_people_import,
    run_people_import,
    start_people_import,
    upload_people,
)
from dangol.customers.operations.phone import normalised_phone
from dangol.customers.operations.recognition import Recognition, Refusal, Sighting, recognise, remember
from dangol.customers.operations.traits import normalised_email

__all__ = [
    "CUSTOM",
    "TARGETS",
    "ConsentStatement",
    "Left",
    "NewConsent",
    "PersonDetails",
    "Recognition",
    "Refusal",
    "Sighting",
    "UnableToGiveConsent",
    "UnableToImport",
    "UnableToMerge",
    "UnableToRestore",
    "UnableToSavePerson",
    "UnableToUnmerge",
    "UndoResult",
    "append_to_ledger",
    "change_person",
    "check_people_import",
    "create_person",
    "details_of",
    "empty_trash",
    "gather_stragglers",
    "give_consent",
    "give_consents",
    "join_companies",
    "merge_companies",
    "merge_people",
    "move_to_trash",
    "normalised_email",
    "normalised_phone",
    "recognise",
    "remember",
    "restore_from_trash",
    "run_people_import",
    "start_people_import",
    "undo_batch",
    "unmerge",
    "upload_people",
    "withdraw_consent",
]
