"""What happened in the house, written down: one line a deed, in the transaction that does it."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection
from django.utils import timezone

from dangol import facts
from dangol.kit import tenancy
from dangol.kit.fact import Fact
from dangol.kit.ids import uuid7
from dangol.workspaces.enums import Deed
from dangol.workspaces.models import Member

RECORDED_IDS = 50
READING = frozenset({"GET", "HEAD"})
LONGEST_PURPOSE = 300

ACCESS_YEARS = 2
RIGHTS_YEARS = 3
"""The Korean notice on safety measures asks one or two years for access, three for what rights were given and taken."""

PAGE_DEEDS = {"search": Deed.SEARCH, "api:find": Deed.SEARCH}

FACT_DEEDS: dict[type[Fact], Deed] = {
    facts.PeopleMerged: Deed.MERGE,
    facts.PeopleUnmerged: Deed.MERGE,
    facts.CompaniesMerged: Deed.MERGE,
    facts.CompaniesUnmerged: Deed.MERGE,
    facts.CampaignLaunched: Deed.SEND,
}

# Address and session are filled by the database: see `tenancy.enter_workspace`.
WRITE = """
INSERT INTO workspaces_auditentry
    (workspace_id, id, at, member_id, deed, verb, people, purpose, detail, keep_until)
VALUES (%s, %s, %s, coalesce(%s, nullif(current_setting('dangol.member', true), '')::uuid), %s, %s, %s, %s, %s::jsonb,
    date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(years => %s, months => 1))
"""


def record_act(
    *,
    member: Member,
    verb: str,
    detail: dict[str, Any],
    now: datetime,
    deed: Deed = Deed.CHANGE,
    people: Collection[UUID] = (),
    purpose: str = "",
) -> None:
    """
    Write what a member did into the audit record.

    :param people: the customers whose data it was
    """
    _write(
        workspace_id=member.workspace_id, member_id=member.pk, verb=verb, detail=detail, at=now, deed=deed,
        people=people, purpose=purpose,
    )  # fmt: skip


def record_refusal(*, workspace_id: UUID, verb: str, detail: dict[str, Any], now: datetime) -> None:
    """Write into the audit record that somebody who is nobody here was sent away."""
    tenancy.leave_member()
    _write(workspace_id=workspace_id, member_id=None, verb=verb, detail=detail, at=now, deed=Deed.REFUSED)


def record_sight(*, member: Member, page: str, method: str, people: Collection[UUID], now: datetime) -> None:
    """Write down whose data a page showed a member, or a program with a key. If that fails, nothing is shown."""
    deed = PAGE_DEEDS.get(page, Deed.SEE) if method in READING else Deed.CHANGE
    record_act(member=member, verb=page, detail={}, now=now, deed=deed, people=people)


def record_fact(fact: Fact) -> None:
    """Write a published fact into the audit record of its workspace; long id lists are cut to their count."""
    detail = {
        name: value if not isinstance(value, list | tuple) or len(value) <= RECORDED_IDS else {"count": len(value)}
        for name, value in msgspec.to_builtins(fact).items()
        if name != "workspace_id"
    }
    deed = FACT_DEEDS.get(type(fact), Deed.CHANGE)
    _write(
        workspace_id=fact.workspace_id, member_id=None, verb=type(fact).__name__, detail=detail, at=timezone.now(),
        deed=deed,
    )  # fmt: skip


def _write(
    *,
    workspace_id: UUID,
    member_id: UUID | None,
    verb: str,
    detail: dict[str, Any],
    at: datetime,
    deed: Deed,
    people: Collection[UUID] = (),
    purpose: str = "",
) -> None:
    years = RIGHTS_YEARS if deed == Deed.GRANT else ACCESS_YEARS
    told = msgspec.json.encode(detail).decode()
    with connection.cursor() as cursor:
        cursor.execute(
            WRITE,
            [
                workspace_id, uuid7(), at, member_id, deed, verb, sorted(people), purpose[:LONGEST_PURPOSE], told,
                years,
            ],
        )  # fmt: skip
