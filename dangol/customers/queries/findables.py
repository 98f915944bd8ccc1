"""The kinds of things that are found, each with its own ways beside those by name."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from dangol.customers.enums import FindableKind, FoundBy
from dangol.customers.models import Company, CustomRecord, Person
from dangol.customers.name_keys import company_key, name_key
from dangol.customers.queries.ways import (
    BEGINNING,
    BEGUN_NUMBER,
    CONSONANTS,
    EXACT,
    NUMBER_DIGITS,
    PART,
    RANKS,
    Question,
    Way,
    domain_way,
    name_ways,
    phone_end_way,
    starting,
)
from dangol.kit.masking import masked_names
from dangol.workspaces.enums import Kind
from dangol.workspaces.models import Member

Told = tuple[str, list[str]]


@dataclass(frozen=True, kw_only=True)
class Findable:
    """
    One kind.

    :param right_to: whose level says how far a member sees
    :param key_of: how names are compared
    :param seen: column by which equally good ones are ordered, newest first
    :param latest: the same as an order that an index serves; empty where there is none
    :param shown: the rows that a member may see
    :param told: the same with what an answer tells of them
    :param detail: what an answer tells beside the name, by why it was found
    :param more: ways beside those by name
    """

    kind: FindableKind
    right_to: Kind
    table: str
    key_of: Callable[[str], str]
    seen: str
    latest: str
    has_email: bool
    shown: Callable[[Member], QuerySet[Any]]
    told: Callable[[QuerySet[Any]], QuerySet[Any]]
    detail: Callable[[Any, FoundBy], str]
    more: Callable[[Question], Iterator[Way]]

    def read(self, typed: str) -> Question:
        """Read what was typed as a question for this kind."""
        return Question.read(typed, self.key_of)

    def ways(self, question: Question) -> list[Way]:
        """Return every way in which rows of this kind may fit."""
        if question.identifier:
            wanted = str(question.identifier)
            return [Way(by=FoundBy.IDENTIFIER, fit=EXACT, table=self.table, column="id", low=wanted, exact=wanted)]
        return [*name_ways(question, self.kind), *self.more(question)]

    def test(self, question: Question) -> Told | None:
        """
        Return SQL of the rank of one row, null where it does not fit, and its values.

        The row has `key`, the name almost as it is compared, and `initials` and `email`. For very many who fit: then
        the latest of them are found by looking at the latest of all.
        """
        if question.consonants:
            fits = "starts_with(row.initials, %s) AND starts_with(row.key, %s)"
            rank = f"{CONSONANTS * RANKS + FoundBy.INITIALS.value}"
            return f"CASE WHEN {fits} THEN {rank} END", [question.consonants, question.syllables]
        if not question.key:
            return None
        cases = f"WHEN row.key = %s THEN {EXACT * RANKS + 1}"
        cases += f" WHEN starts_with(row.key, %s) THEN {BEGINNING * RANKS + 1}"
        values = [question.key, question.key]
        if len(question.key) > 1:
            cases += f" WHEN strpos(row.key, %s) > 0 THEN {PART * RANKS + 1}"
            values.append(question.key)
        if question.address and "email" not in masked_names():
            cases += f" WHEN starts_with(row.email, %s) THEN {BEGINNING * RANKS + FoundBy.EMAIL.value}"
            values.append(question.address)
        return f"CASE {cases} END", values


def _people(member: Member) -> QuerySet[Person]:
    return Person.objects.visible_to(member).filter(is_anonymous=False)


def _companies(member: Member) -> QuerySet[Company]:
    return Company.objects.visible_to(member)


def _records(member: Member) -> QuerySet[CustomRecord]:
    return CustomRecord.objects.visible_to(member).filter(object__archived_at__isnull=True)


def _person_told(rows: QuerySet[Person]) -> QuerySet[Person]:
    return rows.only("name", "email", "phone", "external_id")


def _company_told(rows: QuerySet[Company]) -> QuerySet[Company]:
    return rows.only("name", "email", "phone", "external_id", "business_number", "domain", "city")


def _record_told(rows: QuerySet[CustomRecord]) -> QuerySet[CustomRecord]:
    return rows.select_related("object").only("name", "external_id", "object__label")


def _person_detail(person: Person, by: FoundBy) -> str:
    if by == FoundBy.PHONE:
        return person.phone
    if by == FoundBy.NUMBER:
        return person.external_id
    return person.email or person.phone or person.external_id


def _company_detail(company: Company, by: FoundBy) -> str:
    if by == FoundBy.PHONE:
        return company.phone
    if by == FoundBy.NUMBER:
        return company.business_number or company.external_id
    return company.domain or company.city or company.business_number


def _record_detail(record: CustomRecord, by: FoundBy) -> str:
    return record.external_id if by == FoundBy.NUMBER else record.object.label


def _people_ways(question: Question) -> Iterator[Way]:
    """By address and number only for those who may read them: finding somebody by one tells it."""
    masked = masked_names()
    if "email" not in masked:
        if question.address:
            yield from _told("email", question.address, FoundBy.EMAIL)
        yield from domain_way(question, FindableKind.PERSON)
    if "phone" not in masked:
        for number in question.numbers:
            yield from _told("phone", number, FoundBy.PHONE)
        yield from phone_end_way(question, FindableKind.PERSON, "customers_person")
    if question.text:
        yield starting(
            "value", question.text, by=FoundBy.NUMBER, fit=PART, table="customers_identity", id="person_id",
            only="AND kind = 'external_id'",
        )  # fmt: skip


def _told(kind: str, beginning: str, by: FoundBy) -> Iterator[Way]:
    """By the main address or number, by one that leads to the person, and by one more where the person is reached."""
    yield starting(kind, beginning, by=by, fit=BEGINNING, table="customers_person", only=f"AND {kind} <> ''")
    for table in ("customers_identity", "customers_contactpoint"):
        yield starting(
            "value", beginning, by=by, fit=BEGINNING, table=table, id="person_id",
            only=f"AND kind = '{kind}' AND person_id IS NOT NULL",
        )  # fmt: skip


def _company_ways(question: Question) -> Iterator[Way]:
    digits = question.digits
    if BEGUN_NUMBER <= len(digits) <= NUMBER_DIGITS:
        yield starting(
            "business_number", digits, by=FoundBy.NUMBER, fit=BEGINNING, table="customers_company",
            only="AND business_number <> ''",
        )  # fmt: skip
    if question.text:
        yield starting(
            "external_id", question.text, by=FoundBy.NUMBER, fit=PART, table="customers_company",
            only="AND external_id <> ''",
        )  # fmt: skip
    if question.domain or question.address:
        begun = question.domain or question.address
        yield starting(
            "domain", begun, by=FoundBy.DOMAIN, fit=PART, table="customers_searchkey",
            only=f"AND kind = {FindableKind.COMPANY.value}",
        )  # fmt: skip
    yield from phone_end_way(question, FindableKind.COMPANY, "customers_company")


def _no_more(question: Question) -> Iterator[Way]:
    yield from ()


PEOPLE = Findable(
    kind=FindableKind.PERSON,
    right_to=Kind.PEOPLE,
    table="customers_person",
    key_of=name_key,
    seen="last_seen_at",
    latest="last_seen_at DESC NULLS LAST, id DESC",
    has_email=True,
    shown=_people,
    told=_person_told,
    detail=_person_detail,
    more=_people_ways,
)
COMPANIES = Findable(
    kind=FindableKind.COMPANY,
    right_to=Kind.COMPANIES,
    table="customers_company",
    key_of=company_key,
    seen="created_at",
    latest="created_at DESC, id DESC",
    has_email=True,
    shown=_companies,
    told=_company_told,
    detail=_company_detail,
    more=_company_ways,
)
RECORDS = Findable(
    kind=FindableKind.RECORD,
    right_to=Kind.RECORDS,
    table="customers_customrecord",
    key_of=name_key,
    seen="created_at",
    latest="",
    has_email=False,
    shown=_records,
    told=_record_told,
    detail=_record_detail,
    more=_no_more,
)
FINDABLES = (PEOPLE, COMPANIES, RECORDS)
