"""The rights of a person: a copy, correction, a stop of processing, erasure."""

from dangol.customers.operations.rights.copies import forget_copies, make_copy, portable, schema
from dangol.customers.operations.rights.erasure import ERASED, Outcome, erase_people, key_digest, remember_erased
from dangol.customers.operations.rights.keeping import end_keeping
from dangol.customers.operations.rights.requests import (
    UnableToAnswer,
    carry_out,
    confirm_request,
    erase_person_of,
    extend_request,
    handle_request,
    pack_copy,
    refuse,
    take_request,
)
from dangol.customers.operations.rights.restriction import UnableToRestrict, lift_restriction, restrict

__all__ = [
    "ERASED",
    "Outcome",
    "UnableToAnswer",
    "UnableToRestrict",
    "carry_out",
    "confirm_request",
    "end_keeping",
    "erase_people",
    "erase_person_of",
    "extend_request",
    "forget_copies",
    "handle_request",
    "key_digest",
    "lift_restriction",
    "make_copy",
    "pack_copy",
    "portable",
    "refuse",
    "remember_erased",
    "restrict",
    "schema",
    "take_request",
]
