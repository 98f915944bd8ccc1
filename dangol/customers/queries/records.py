"""Records of the workspace's own objects, and the files in fields."""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Expression, Q, QuerySet

from dangol.customers.models import (
    Company,
    CustomObject,
    CustomRecord,
    FieldFile,
    FieldValue,
    FilePiece,
    Person,
    RecordLink,
)
from dangol.customers.queries.seen import Seen
from dangol.customers.queries.ways import LAST_LETTER
from dangol.kit.korean import are_initials, initials
from dangol.kit.pagination import CappedCount, Page, capped_count, keyset_page
from dangol.workspaces.models import Member

LONGEST_QUESTION = 100
PAGE = 50
RELATED = 100


@dataclass(frozen=True)
class RecordListing:
    """One page of records, and how many fit in all."""

    page: Page[CustomRecord]
    total: CappedCount
    question: str


def record_listing(
    member: Member,
    *,
    custom_object: CustomObject,
    question: str,
    after: str | None,
    among: Expression | Collection[UUID] | None = None,
) -> RecordListing:
    """
    Return one page of an object's records by name: all of them, or those whose name holds the question.

    :param among: the ids of those from whom to choose, or a query that selects them
    """
    own = CustomRecord.objects.visible_to(member).filter(object=custom_object)
    if among is not None:
        own = own.filter(pk__in=among)
    asked = unicodedata.normalize("NFC", question.replace("\x00", "")).strip()[:LONGEST_QUESTION]
    if are_initials(asked):
        beginning = initials(asked)
        own = own.filter(initials__gte=beginning, initials__lt=beginning + LAST_LETTER)
    elif asked:
        own = own.filter(Q(name__icontains=asked) | Q(external_id=asked))
    rows = own.select_related("owner__user").defer("bigrams", "initials")
    page = keyset_page(rows, order=("name", "id"), after=after, size=PAGE)
    return RecordListing(page, capped_count(own), question)


def records_visible(member: Member) -> QuerySet[CustomRecord]:
    """Records of every object that the member may see."""
    return CustomRecord.objects.visible_to(member).select_related("object", "owner__user")


def people_of_record(record: CustomRecord, member: Member) -> list[Person]:
    """The people to whom a record belongs, as far as the member may see them."""
    linked = RecordLink.objects.filter(workspace_id=record.workspace_id, record=record).values("person_id")
    return list(Person.objects.visible_to(member).filter(pk__in=linked).order_by("name", "id")[:RELATED])


def companies_of_record(record: CustomRecord, member: Member) -> list[Company]:
    """The companies to which a record belongs, as far as the member may see them."""
    linked = RecordLink.objects.filter(workspace_id=record.workspace_id, record=record).values("company_id")
    return list(Company.objects.visible_to(member).filter(pk__in=linked).order_by("name", "id")[:RELATED])


def related_records(row: Person | Company, member: Member) -> list[CustomRecord]:
    """The records of all objects that belong to a person or company, or name them in a field. One query."""
    return RELATED_TO(member, "person" if isinstance(row, Person) else "company", row_id=row.pk)


def _related_to(member: Member, end: str, *, row_id: UUID) -> QuerySet[CustomRecord]:
    linked = RecordLink.objects.filter(workspace_id=member.workspace_id, **{end: row_id}).values("record_id")
    named = FieldValue.objects.filter(workspace_id=member.workspace_id, link=row_id).values("record_id")
    own = records_visible(member).filter(pk__in=linked.union(named), object__archived_at__isnull=True)
    return own.defer("bigrams", "initials").order_by("object__position", "object_id", "name", "id")[:RELATED]


RELATED_TO: Seen[CustomRecord] = Seen(_related_to)


def file_visible(member: Member, file_id: UUID) -> FieldFile | None:
    """A file of a row that the member may see."""
    file = FieldFile.objects.filter(workspace_id=member.workspace_id, pk=file_id).first()
    if file is None:
        return None
    owners: tuple[QuerySet[Any], ...] = (
        Person.objects.visible_to(member),
        Company.objects.visible_to(member),
        CustomRecord.objects.visible_to(member),
    )
    ids = (file.person_id, file.company_id, file.record_id)
    return (
        file
        if any(row_id and rows.filter(pk=row_id).exists() for rows, row_id in zip(owners, ids, strict=True))
        else None
    )


def file_content(file: FieldFile) -> bytes:
    """The bytes of a file."""
    pieces = FilePiece.objects.filter(workspace_id=file.workspace_id, file=file).order_by("number")
    return b"".join(bytes(content) for content in pieces.values_list("content", flat=True))
