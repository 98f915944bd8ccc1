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
from dangol.customers.operations.import_columns import CUSTOM, TARGETS
from dangol.customers.operations.import_consents import ConsentStatement
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
    "NewConsent",
    "PersonDetails",
    "Recognition",
    "Refusal",
    "Sighting",
    "UnableToGiveConsent",
    "UnableToImport",
    "UnableToSavePerson",
    "append_to_ledger",
    "change_person",
    "check_people_import",
    "create_person",
    "details_of",
    "give_consent",
    "give_consents",
    "join_companies",
    "normalised_email",
    "normalised_phone",
    "recognise",
    "remember",
    "run_people_import",
    "start_people_import",
    "upload_people",
    "withdraw_consent",
]
