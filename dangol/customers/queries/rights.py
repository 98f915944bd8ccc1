"""What is known of a person's rights: restriction, requests and their dates, who was erased."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from dangol.customers.contracts import person_tables
from dangol.customers.enums import RequestState, RightKind, RightsLaw
from dangol.customers.models import ErasedKey, GuardianConsent, Person, Restriction, RightsCopy, RightsRequest
from dangol.customers.queries.consents import same_day_later
from dangol.customers.queries.guardians import guardian_of, is_child
from dangol.kit.compiled import Compiled
from dangol.kit.crypto import blind_indexes
from dangol.workspaces.models import Member
from dangol.workspaces.permissions import may_guard_privacy

DAYS_TO_ANSWER = 10
DAYS_TO_EXPLAIN = 30
GDPR_MONTHS = (1, 3)
"""Without and with an extension."""
SOON = timedelta(days=3)
STANDING: Compiled[Restriction] = Compiled(
    lambda **whose: Restriction.objects.filter(lifted_at=None, **whose).select_related("by__user")
)
PENDING = (RequestState.OPEN, RequestState.WORKING)


@dataclass(frozen=True)
class RightsPage:
    """What the page about one person's rights shows."""

    person: Person
    restriction: Restriction | None
    requests: list[RightsRequest]
    copies: dict[UUID, RightsCopy]
    is_child: bool
    guardian: GuardianConsent | None


def rights_page(*, person: Person, now: datetime) -> RightsPage:
    """Return a person's restriction, requests and the copies that can still be fetched. Four queries."""
    key = {"workspace_id": person.workspace_id, "person_id": person.pk}
    requests = RightsRequest.objects.filter(**key).select_related("taken_by__user", "done_by__user")
    copies = RightsCopy.objects.filter(**key, expires_at__gt=now).defer("content")
    return RightsPage(
        person, restriction_of(person), list(requests.order_by("-asked_at", "-id")), {c.request_id: c for c in copies},
        is_child(person, now), guardian_of(person),
    )  # fmt: skip


def restriction_of(person: Person) -> Restriction | None:
    """Return the restriction that holds for a person, or None."""
    return next(iter(STANDING(workspace_id=person.workspace_id, person_id=person.pk)), None)


def restricted_people(*, workspace_id: UUID, person_ids: Sequence[UUID]) -> set[UUID]:
    """Return who of these must be left alone."""
    standing = Restriction.objects.filter(workspace_id=workspace_id, person_id__in=person_ids, lifted_at=None)
    return set(standing.values_list("person_id", flat=True))


def requests_visible_to(member: Member) -> QuerySet[RightsRequest]:
    """Every request of the workspace that was confirmed; for those who guard privacy only."""
    if not may_guard_privacy(member):
        return RightsRequest.objects.none()
    requests = RightsRequest.objects.filter(workspace_id=member.workspace_id).exclude(state=RequestState.UNCONFIRMED)
    return requests.select_related("person", "owner__user", "done_by__user")


def pending_requests(member: Member) -> QuerySet[RightsRequest]:
    """What is to be answered, the next one due first."""
    return requests_visible_to(member).filter(state__in=PENDING).order_by("due_at", "id")


def closed_requests(member: Member) -> QuerySet[RightsRequest]:
    """What was answered."""
    return requests_visible_to(member).exclude(state__in=PENDING)


def requests_due(member: Member, *, now: datetime) -> tuple[list[RightsRequest], list[RightsRequest]]:
    """Return which requests are late, and which are due within three days. One query."""
    due = list(pending_requests(member).filter(due_at__lt=now + SOON))
    return [one for one in due if one.due_at < now], [one for one in due if one.due_at >= now]


def outcomes_of(asked: RightsRequest) -> list[dict[str, Any]]:
    """Return what was done where, each table named in the reader's language."""
    titles = {table.table: str(table.title) for table in person_tables()} | {Person._meta.db_table: _("Person")}
    return [done | {"title": titles.get(done["place"], done["title"])} for done in asked.results]


def copies_visible_to(member: Member, *, now: datetime) -> QuerySet[RightsCopy]:
    """Copies that can still be fetched; for those who guard privacy only."""
    if not may_guard_privacy(member):
        return RightsCopy.objects.none()
    return RightsCopy.objects.filter(workspace_id=member.workspace_id, expires_at__gt=now)


def due_at(asked_at: datetime, *, kind: str, law: str, extensions: int = 0) -> datetime:
    """
    Return until when a request has to be answered.

    PIPA gives ten days (decree 41, 43, 44), for the explanation of a decision thirty (decree 44-3), and as many again
    each time it is extended. GDPR 12(3) gives one month, and two more.
    """
    if law == RightsLaw.GDPR:
        return same_day_later(asked_at, months=GDPR_MONTHS[min(extensions, 1)])
    days = DAYS_TO_EXPLAIN if kind == RightKind.EXPLANATION else DAYS_TO_ANSWER
    return asked_at + timedelta(days=days * (1 + extensions))


def extensions_left(request: RightsRequest) -> int:
    """Return how many times more the law lets a request wait: once, an explanation under PIPA twice."""
    twice = request.law == RightsLaw.PIPA and request.kind == RightKind.EXPLANATION
    return (2 if twice else 1) - request.extensions


def erased_keys(*, workspace_id: UUID, keys: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return which of these (kind, value) keys belonged to somebody who was erased. One query."""
    if not ErasedKey.objects.filter(workspace_id=workspace_id).exists():
        return set()
    digests = {digest: key for key in keys for digest in digests_of(workspace_id, *key)}
    found = ErasedKey.objects.filter(workspace_id=workspace_id, digest__in=list(digests))
    return {digests[digest] for digest in found.values_list("digest", flat=True)}


def digests_of(workspace_id: UUID, kind: str, value: str) -> Iterable[str]:
    """Return the fingerprints that one key may be remembered under, the newest first."""
    return blind_indexes(f"{kind}:{value.lower()}", context=f"erased/{workspace_id}")
