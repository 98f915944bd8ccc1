"""Which rows a program asked for, among those that its member may see."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy

from dangol.api.problems import Problem, invalid
from dangol.api.schemas import CompaniesAsked, PageAsked, RowsAsked
from dangol.customers.enums import ContactKind, IdentityKind
from dangol.customers.models import (
    Company,
    ContactPoint,
    CustomObject,
    CustomRecord,
    Identity,
    Person,
    RecordLink,
    Tagging,
)
from dangol.customers.operations import business_number_of, domain_of, normalised_phone
from dangol.customers.permissions import may_delete
from dangol.customers.queries.trash import trashed
from dangol.kit import tenancy
from dangol.kit.pagination import Page, keyset_page
from dangol.workspaces.models import Member

T = TypeVar("T", bound=Model)
UNSHOWN = ("bigrams", "initials", "won")
NEWEST = ("-created_at", "-id")
CHANGED = ("updated_at", "id")
NOBODY = "\N{REPLACEMENT CHARACTER}"
TRASHED: Mapping[type[Model], str] = {Person: "person", Company: "company", CustomRecord: "record"}
NO_TRASH = gettext_lazy("The member for whom this key acts may not look into the trash.")
NOT_READABLE = gettext_lazy("The member for whom this key acts may not read this field, so nobody is found by it.")
BAD_CURSOR = gettext_lazy("This is no cursor of this list. Begin without one, and use next_after as it was given.")


def people(member: Member) -> QuerySet[Person]:
    """People whom the member may see; unknown visitors stay out, as they do in the list."""
    return Person.objects.visible_to(member).filter(is_anonymous=False)


def companies(member: Member) -> QuerySet[Company]:
    """Companies that the member may see."""
    return Company.objects.visible_to(member)


def records(member: Member, custom_object: CustomObject) -> QuerySet[CustomRecord]:
    """Records of an object that the member may see."""
    return CustomRecord.objects.visible_to(member).filter(object=custom_object)


def people_asked(member: Member, asked: RowsAsked) -> Page[Person]:
    """Return one page of people."""
    rows = people(member).defer(*UNSHOWN)
    for name in sorted({"email", "phone"} & member.rights.masked):
        if getattr(asked, name) is not None:
            raise invalid(name, NOT_READABLE)
    if asked.email is not None:
        rows = rows.filter(pk__in=_reached(member, IdentityKind.EMAIL, ContactKind.EMAIL, asked.email.strip().lower()))
    if asked.phone is not None:
        number = normalised_phone(asked.phone)
        rows = rows.filter(pk__in=_reached(member, IdentityKind.PHONE, ContactKind.PHONE, number))
    if asked.external_id is not None:
        known = _known(member, IdentityKind.EXTERNAL_ID, asked.external_id)
        rows = rows.filter(pk__in=known)
    return page_of(member, rows, asked)


def companies_asked(member: Member, asked: CompaniesAsked) -> Page[Company]:
    """Return one page of companies."""
    rows = companies(member).defer(*UNSHOWN)
    if asked.email is not None:
        rows = rows.filter(email=_told(asked.email.lower()))
    if asked.phone is not None:
        rows = rows.filter(phone=_told(normalised_phone(asked.phone)))
    if asked.external_id is not None:
        rows = rows.filter(external_id=_told(asked.external_id))
    if asked.business_number is not None:
        rows = rows.filter(business_number=_told(business_number_of(asked.business_number)))
    if asked.domain is not None:
        rows = rows.filter(domain=_told(domain_of(asked.domain)))
    return page_of(member, rows, asked)


def records_asked(member: Member, custom_object: CustomObject, asked: PageAsked) -> Page[CustomRecord]:
    """Return one page of an object's records."""
    rows = records(member, custom_object).defer("bigrams", "initials")
    if asked.external_id is not None:
        rows = rows.filter(external_id=_told(asked.external_id))
    return page_of(member, rows, asked)


def page_of(member: Member, rows: QuerySet[T], asked: PageAsked) -> Page[T]:
    """
    Return the page that was asked for: the newest first, or those changed since, in the order of their changes.

    :raises Problem: for a cursor that does not belong to this list, and for the trash where it is not the member's
    """
    if asked.in_trash:
        if not may_delete(member):
            raise Problem("not-allowed", NO_TRASH)
        rows = rows.filter(pk__in=trashed(member, TRASHED[rows.model]).values("pk"))
    if asked.updated_since is not None:
        rows = rows.filter(updated_at__gte=asked.updated_since)
    order = CHANGED if asked.updated_since is not None else NEWEST
    with tenancy.open_trash() if asked.in_trash else nullcontext():
        return part_of(rows, order=order, after=asked.after, limit=asked.limit)


def part_of(rows: QuerySet[T], *, order: Sequence[str], after: str | None, limit: int) -> Page[T]:
    """
    Return one page of a list.

    :raises Problem: for a cursor that does not belong to it
    """
    page = keyset_page(rows, order=order, after=after, size=limit)
    if after and page.is_first:
        raise invalid("after", BAD_CURSOR)
    return page


def links_of(member: Member, records: Iterable[CustomRecord]) -> dict[UUID, tuple[list[UUID], list[UUID]]]:
    """Return for each record the people and the companies to whom it belongs and whom the member may see. One query."""
    found: dict[UUID, tuple[list[UUID], list[UUID]]] = {record.pk: ([], []) for record in records}
    seen = Q(person__in=Person.objects.visible_to(member).values("pk"))
    seen |= Q(company__in=Company.objects.visible_to(member).values("pk"))
    links = RecordLink.objects.filter(seen, workspace_id=member.workspace_id, record__in=list(found))
    for record_id, person_id, company_id in links.order_by("id").values_list("record_id", "person_id", "company_id"):
        if person_id is not None:
            found[record_id][0].append(person_id)
        else:
            found[record_id][1].append(company_id)
    return found


def tags_of(person: Person) -> list[str]:
    """Return the words that stick on a person."""
    worn = Tagging.objects.filter(workspace_id=person.workspace_id, person=person)
    return list(worn.order_by("tag__name").values_list("tag__name", flat=True))


def _reached(member: Member, identity: IdentityKind, contact: ContactKind, value: str) -> QuerySet[Any, Any]:
    """Ids of people who are known by a value, have it as their own, or can be reached by it too."""
    own = Person.objects.filter(workspace_id=member.workspace_id, **{contact.value: _told(value)})
    ways = ContactPoint.objects.filter(
        workspace_id=member.workspace_id, kind=contact, value=_told(value), person__isnull=False
    )
    return _known(member, identity, value).union(own.values("pk"), ways.values("person_id"))


def _known(member: Member, kind: IdentityKind, value: str) -> QuerySet[Any, Any]:
    return Identity.objects.filter(workspace_id=member.workspace_id, kind=kind, value=_told(value)).values("person_id")


def _told(value: str) -> str:
    """Return what to look for; whoever has nothing is not found by asking for nothing."""
    return value.replace("\x00", "").strip() or NOBODY
