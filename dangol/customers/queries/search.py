"""
Finding people by what somebody types: part of a name, first consonants, an address, the end of a phone number.

Every condition compares text for equality or order, because row-level security lets only such leak-proof comparisons
use an index. Where several ways of searching may find somebody, each is a list of ids of its own: an OR between them
would read everybody. A single way is a plain condition, so that the first page of very many is found without the rest;
so is the beginning of an e-mail address, beside the few whom the other ways find.
"""

import unicodedata
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from dangol.customers.enums import IdentityKind
from dangol.customers.models import Identity, Person, SearchPiece
from dangol.kit.korean import are_initials, bigrams, initials
from dangol.workspaces.models import Member

LAST_LETTER = chr(0x10FFFF)
PHONE_TAIL = 4
PIECES = 4
FEW = 1000
LONGEST_QUESTION = 100

Ids = QuerySet[Any, Any]


def people_found(member: Member, question: str) -> QuerySet[Person]:
    """People whom the member may see and who fit the question; everybody for an empty one. Visitors stay out."""
    visible = Person.objects.visible_to(member).filter(is_anonymous=False)
    asked = unicodedata.normalize("NFC", question.replace("\x00", "")).strip()[:LONGEST_QUESTION]
    if not asked:
        return visible
    if are_initials(asked):
        return visible.filter(_starts("initials", initials(asked)))
    ways = _ways(member.workspace_id, asked)
    if asked.isascii() and " " not in asked:
        return _or_begins_address(visible, member.workspace_id, asked, ways)
    if not ways:
        return visible.none()
    if len(ways) == 1:
        return visible.filter(ways[0])
    people = Person.objects.filter(workspace_id=member.workspace_id)
    first, *others = (people.filter(way).values("pk") for way in ways)
    return visible.filter(pk__in=first.union(*others))


def _or_begins_address(visible: QuerySet[Person], workspace_id: UUID, asked: str, ways: list[Q]) -> QuerySet[Person]:
    """People whose e-mail address begins so, and those whom the other ways find."""
    begins = _starts("email", asked.lower())
    if not ways:
        return visible.filter(begins)
    people = Person.objects.filter(workspace_id=workspace_id)
    first, *others = (people.filter(way).values_list("pk", flat=True)[: FEW + 1] for way in ways)
    ids = list(first.union(*others))
    if len(ids) <= FEW:
        return visible.filter(begins | Q(pk__in=ids)) if ids else visible.filter(begins)
    either, *ors = (people.filter(way).values("pk") for way in (begins, *ways))
    return visible.filter(pk__in=either.union(*ors))


def _ways(workspace_id: UUID, asked: str) -> list[Q]:
    ways: list[Q] = []
    numbered = Identity.objects.filter(workspace_id=workspace_id, kind=IdentityKind.EXTERNAL_ID, value=asked)
    if person_id := numbered.values_list("person_id", flat=True).first():
        ways.append(Q(pk=person_id))
    pieces = bigrams(asked)
    if pieces:
        ways.append(_named(workspace_id, asked, pieces))
    digits = "".join(letter for letter in asked if letter in "0123456789")
    if len(digits) >= PHONE_TAIL and not any(letter.isalpha() for letter in asked):
        tail = Q(pk__in=_with_piece(workspace_id, digits[-PHONE_TAIL:]))
        ways.append(tail & Q(phone__endswith=digits.removeprefix("82").lstrip("0") or digits))
    return ways


def _named(workspace_id: UUID, asked: str, pieces: list[str]) -> Q:
    """Names with all the pairs of letters, checked for the words themselves. A single letter begins the name."""
    if max(map(len, pieces)) == 1:
        return _starts("name", asked)
    pairs = [piece for piece in pieces if len(piece) > 1][:PIECES]
    conditions = [Q(pk__in=_with_piece(workspace_id, piece)) for piece in pairs]
    return Q(*conditions, *(Q(name__icontains=word) for word in asked.split()))


def _with_piece(workspace_id: UUID, piece: str) -> Ids:
    return SearchPiece.objects.filter(workspace_id=workspace_id, piece=piece).values("person_id")


def _starts(column: str, beginning: str) -> Q:
    return Q(**{f"{column}__gte": beginning, f"{column}__lt": beginning + LAST_LETTER})
