"""What can be done in the people room."""

from dangol.customers.operations.belonging import join_companies
from dangol.customers.operations.bulk import (
    FOR_MANY,
    ChangedMeanwhile,
    UnableToChange,
    as_typed,
    change_company_field,
    change_field_of_many,
    change_person_field,
    tag_many,
    untag_many,
)
from dangol.customers.operations.companies import (
    CompanyDetails,
    UnableToSaveCompany,
    change_company,
    company_details_of,
    create_company,
    name_company,
)
from dangol.customers.operations.company_facts import bare_company_name, business_number_of, domain_of
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
    "FOR_MANY",
    "TARGETS",
    "ChangedMeanwhile",
    "CompanyDetails",
    "ConsentStatement",
    "Left",
    "NewConsent",
    "PersonDetails",
    "Recognition",
    "Refusal",
    "Sighting",
    "UnableToChange",
    "UnableToGiveConsent",
    "UnableToImport",
    "UnableToMerge",
    "UnableToRestore",
    "UnableToSaveCompany",
    "UnableToSavePerson",
    "UnableToUnmerge",
    "UndoResult",
    "append_to_ledger",
    "as_typed",
    "bare_company_name",
    "business_number_of",
    "change_company",
    "change_company_field",
    "change_field_of_many",
    "change_person",
    "change_person_field",
    "check_people_import",
    "company_details_of",
    "create_company",
    "create_person",
    "details_of",
    "domain_of",
    "empty_trash",
    "gather_stragglers",
    "give_consent",
    "give_consents",
    "join_companies",
    "merge_companies",
    "merge_people",
    "move_to_trash",
    "name_company",
    "normalised_email",
    "normalised_phone",
    "recognise",
    "remember",
    "restore_from_trash",
    "run_people_import",
    "start_people_import",
    "tag_many",
    "undo_batch",
    "unmerge",
    "untag_many",
    "upload_people",
    "withdraw_consent",
]
