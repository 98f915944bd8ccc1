"""A policy reason in one line, for counts and lists."""

from django.utils.translation import get_language

from dangol.messaging.policy import wording_of


def reason_label(code: str) -> str:
    """Return what a reason code says to staff, in the language of the request."""
    wording = wording_of(code)
    return wording.for_staff((get_language() or "en").split("-")[0]) if wording else code
