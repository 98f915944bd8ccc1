"""Reads of the audit record, and the proof that nothing in it was changed, removed or slipped in."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from uuid import UUID

import msgspec
from django.db import connection

from dangol.workspaces.models import AuditEntry, AuditSeal

NOTHING_BEFORE = bytes(32)

UNSEALED = """
SELECT id FROM workspaces_auditentry WHERE workspace_id = %(workspace)s
EXCEPT SELECT entry_id FROM workspaces_auditwaiting WHERE workspace_id = %(workspace)s
EXCEPT SELECT unnest(entries) FROM workspaces_auditseal WHERE workspace_id = %(workspace)s
ORDER BY id
"""


class Tampering(StrEnum):
    """How the record differs from what was sealed."""

    CHANGED = "an entry was changed"
    REMOVED = "an entry was removed"
    SLIPPED_IN = "an entry was slipped in"
    SEAL_CHANGED = "a seal was changed"
    SEAL_REMOVED = "a seal was removed"
    OTHER_HEAD = "the head that was written down is not this chain's"


@dataclass(frozen=True)
class Finding:
    """One place where the record was tampered with: which seal, and which entry if it is one."""

    what: Tampering
    seal: int
    entry: UUID | None = None


def head_of(workspace_id: UUID) -> AuditSeal | None:
    """Return the newest seal of a workspace's record."""
    return AuditSeal.objects.filter(workspace_id=workspace_id).order_by("-number").first()


def digest_of(entry: AuditEntry) -> bytes:
    """Return the digest of an entry's canonical form: a JSON array, keys sorted, times in UTC."""
    return _digest(
        entry.workspace_id, entry.pk, _utc(entry.at), entry.member_id, entry.deed, entry.verb, entry.people,
        entry.purpose, entry.detail, entry.address, entry.session, entry.keep_until,
    )  # fmt: skip


def seal_hash(seal: AuditSeal) -> bytes:
    """Return the hash of a seal over what it covers and the hash of the seal before."""
    digests = [bytes(digest).hex() for digest in seal.digests]
    return _digest(
        seal.workspace_id, seal.number, _utc(seal.at), seal.keep_until, seal.entries, digests,
        bytes(seal.previous).hex(),
    )  # fmt: skip


def tamperings(workspace_id: UUID, heads: Mapping[int, str], today: date) -> Iterator[Finding]:
    """
    Yield everything that differs from what was sealed, in the order of the chain.

    :param heads: hashes that were written down outside of the database, by the number of their seal, in hexadecimal
    :param today: months whose time was over by then may be gone
    """
    number, before = 0, NOTHING_BEFORE
    for seal in AuditSeal.objects.filter(workspace_id=workspace_id).order_by("number").iterator(100):
        yield from (Finding(Tampering.SEAL_REMOVED, gone) for gone in range(number + 1, seal.number))
        if bytes(seal.hash) != seal_hash(seal) or (seal.number == number + 1 and bytes(seal.previous) != before):
            yield Finding(Tampering.SEAL_CHANGED, seal.number)
        elif seal.number in heads and heads[seal.number] != bytes(seal.hash).hex():
            yield Finding(Tampering.OTHER_HEAD, seal.number)
        yield from _in_seal(seal, today)
        number, before = seal.number, bytes(seal.hash)
    yield from (Finding(Tampering.SEAL_REMOVED, gone) for gone in range(number + 1, max(heads, default=0) + 1))
    with connection.cursor() as cursor:
        cursor.execute(UNSEALED, {"workspace": workspace_id})
        yield from (Finding(Tampering.SLIPPED_IN, number, entry_id) for (entry_id,) in cursor.fetchall())


def _in_seal(seal: AuditSeal, today: date) -> Iterator[Finding]:
    found = AuditEntry.objects.filter(workspace_id=seal.workspace_id).in_bulk(seal.entries)
    if not found and seal.keep_until <= today:
        return
    for entry_id, digest in zip(seal.entries, seal.digests, strict=False):
        if entry_id not in found:
            yield Finding(Tampering.REMOVED, seal.number, entry_id)
        elif digest_of(found[entry_id]) != bytes(digest):
            yield Finding(Tampering.CHANGED, seal.number, entry_id)


def _digest(*parts: object) -> bytes:
    return hashlib.sha256(msgspec.json.encode(parts, order="deterministic")).digest()


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
