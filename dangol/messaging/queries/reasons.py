"""A policy reason in one line, for counts and lists."""

from collections.abc import Sequence

from django.utils.translation import get_language

from dangol.messaging.policy import HOLDING, wording_of


def deciding_reason(reasons: Sequence[str]) -> str:
    """Return the first reason that led to the outcome: a refused person is not told about as one who waits."""
    refusing = [code for code in reasons if code not in HOLDING]
    return (refusing or list(reasons))[0]


def reason_label(code: str) -> str:
    """Return what a reason code says to staff, in the language of the request."""
    wording = wording_of(code)
    return wording.for_staff((get_language() or "en").split("-")[0]) if wording else code


def short_label(code: str) -> str:
    """Return a reason code in two or three words, in the language of the request."""
    wording = wording_of(code)
    return wording.in_short((get_language() or "en").split("-")[0]) if wording else code
