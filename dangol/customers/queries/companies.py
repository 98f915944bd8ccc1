"""Finding companies by what somebody types: the beginning of the name, first consonants, the number, the domain."""

import unicodedata

from django.db.models import Q, QuerySet

from dangol.customers.models import Company
from dangol.kit.korean import are_initials, initials
from dangol.workspaces.models import Member

LAST_LETTER = chr(0x10FFFF)
BUSINESS_NUMBER_DIGITS = 10
LONGEST_QUESTION = 100


def companies_found(member: Member, question: str) -> QuerySet[Company]:
    """Companies that the member may see and that fit the question; all of them for an empty one."""
    visible = Company.objects.visible_to(member)
    asked = unicodedata.normalize("NFC", question.replace("\x00", "")).strip()[:LONGEST_QUESTION]
    if not asked:
        return visible
    if are_initials(asked):
        return visible.filter(_starts("initials", initials(asked)))
    digits = asked.replace("-", "")
    if len(digits) == BUSINESS_NUMBER_DIGITS and digits.isdecimal():
        return visible.filter(business_number=digits)
    return visible.filter(_starts("name", asked) | _starts("domain", asked.lower()) | Q(external_id=asked))


def _starts(column: str, beginning: str) -> Q:
    return Q(**{f"{column}__gte": beginning, f"{column}__lt": beginning + LAST_LETTER})
