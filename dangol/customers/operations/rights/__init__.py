"""The rights of a person: a copy, correction, a stop of processing, erasure."""

from dangol.customers.operations.rights.erasure import ERASED, Outcome, erase_people, key_digest, remember_erased

__all__ = ["ERASED", "Outcome", "erase_people", "key_digest", "remember_erased"]
