"""What can be done in the people room."""

from dangol.customers.operations.belonging import join_companies
from dangol.customers.operations.consent import (
    NewConsent,
    UnableToGiveConsent,
    append_to_ledger,
    existing_customer_until,
    give_consent,
    give_consents,
    reconfirmation_due_at,
    withdraw_consent,
)
from dangol.customers.operations.recognition import Recognition, Refusal, Sighting, recognise, remember
from dangol.customers.operations.traits import normalised_email
from dangol.customers.operations.import_consents import ConsentStatement
from dangol.customers.operations.people_import import (
    UnableToImport,
    check_people_import,
    run_people_import,
    start_people_import,
    upload_people,
)
from dangol.customers.operations.phone import normalised_phone

__all__ = [
    "ConsentStatement",
    "NewConsent",
    "Recognition",
    "Refusal",
    "Sighting",
    "UnableToGiveConsent",
    "UnableToImport",
    "append_to_ledger",
    "check_people_import",
    "existing_customer_until",
    "give_consent",
    "give_consents",
    "join_companies",
    "normalised_email",
    "recognise",
    "normalised_phone",
    "reconfirmation_due_at",
    "run_people_import",
    "start_people_import",
    "upload_people",
    "remember",
    "withdraw_consent",
]
