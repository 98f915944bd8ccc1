"""What can be done in the people room."""

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

__all__ = [
    "NewConsent",
    "UnableToGiveConsent",
    "append_to_ledger",
    "existing_customer_until",
    "give_consent",
    "give_consents",
    "reconfirmation_due_at",
    "withdraw_consent",
]
