"""The chain of seals: whoever changes, removes or slips in a line is found, and the line is named."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.db import connection, connections, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django.plugin import DjangoDbBlocker

from dangol.config.audit import heads_in
from dangol.kit import tenancy
from dangol.kit.ids import uuid7
from dangol.workspaces.enums import Deed
from dangol.workspaces.models import AuditEntry, AuditSeal, Member
from dangol.workspaces.operations import record_act, seal_audit, sealing
from dangol.workspaces.queries import NOTHING_BEFORE, Finding, Tampering, digest_of, seal_hash, tamperings
from tests import databases
from tests.people import make_cast

TODAY = date(2026, 11, 23)
ENTRIES = 10
COLUMNS: dict[str, Any] = {
    "at": timezone.now(),
    "deed": "merge",
    "verb": "something_else",
    "people": [uuid7()],
    "purpose": "none",
    "detail": '{"number": 99}',
    "address": "203.0.113.5",
    "session": "another",
    "member_id": None,
    "keep_until": date(2029, 2, 1),
}


@dataclass(frozen=True)
class Record:
    """A sealed record: ten entries in seals of four, four and two."""

    member: Member
    anchors: Path

    @property
    def heads(self) -> dict[int, str]:
        return heads_in(self.anchors / f"{self.member.workspace_id}.txt")

    def entries(self) -> list[UUID]:
        return list(
            AuditEntry.objects.filter(workspace_id=self.member.workspace_id).order_by("id").values_list("id", flat=True)
        )

    def found(self, *, heads: dict[int, str] | None = None, today: date = TODAY) -> list[Finding]:
        return list(tamperings(self.member.workspace_id, self.heads if heads is None else heads, today))


@pytest.fixture
def record(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path: Path,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Record]:
    """Work as the superuser, whom no trigger, right or policy holds back, in a transaction that is rolled back."""
    settings.AUDIT_ANCHORS = str(tmp_path)
    monkeypatch.setattr(sealing, "MOST", 4)
    parts, before = urlsplit(databases.cluster_url()), dict(connection.settings_dict)
    with django_db_blocker.unblock():
        connections.close_all()
    connection.settings_dict.update(USER=parts.username, PASSWORD=parts.password or "")
    with django_db_blocker.unblock():
        try:
            with transaction.atomic():
                yield Record(_written_by(make_cast().jieun), tmp_path)
                transaction.set_rollback(True)
        finally:
            connections.close_all()
            connection.settings_dict.update(USER=before["USER"], PASSWORD=before["PASSWORD"])


def _written_by(member: Member) -> Member:
    with tenancy.workspace(member.workspace_id):
        for number in range(ENTRIES):
            record_act(
                member=member, verb="person", detail={"number": number, "이름": "값"}, now=timezone.now(),
                deed=Deed.SEE, people=[uuid7()], purpose="상담",
            )  # fmt: skip
    seal_audit(workspace_id=member.workspace_id)
    return member


@contextmanager
def tampering() -> Iterator[CursorWrapper]:
    """Change what must not be changed, and leave everything as it was."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield cursor
        transaction.set_rollback(True)


def seals(record: Record) -> list[AuditSeal]:
    return list(AuditSeal.objects.filter(workspace_id=record.member.workspace_id).order_by("number"))


def test_an_untouched_record_is_whole_and_sealing_again_adds_nothing(record: Record) -> None:
    seal_audit(workspace_id=record.member.workspace_id)
    assert [len(seal.entries) for seal in seals(record)] == [4, 4, 2]
    assert record.found() == []
    assert list(record.heads) == [3]


@pytest.mark.shows("AC-45")
@given(place=st.integers(0, ENTRIES - 1), column=st.sampled_from(sorted(COLUMNS)))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_changed_entry_is_named(record: Record, place: int, column: str) -> None:
    with tampering() as cursor:
        entry = record.entries()[place]
        cursor.execute(f"UPDATE workspaces_auditentry SET {column} = %s WHERE id = %s", [COLUMNS[column], entry])
        assert record.found() == [Finding(Tampering.CHANGED, place // 4 + 1, entry)]


@pytest.mark.shows("AC-45")
@given(gone=st.sets(st.integers(0, ENTRIES - 1), min_size=1))
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_removed_entries_are_named(record: Record, gone: set[int]) -> None:
    with tampering() as cursor:
        entries = record.entries()
        cursor.execute("DELETE FROM workspaces_auditentry WHERE id = ANY(%s)", [[entries[place] for place in gone]])
        assert record.found() == [Finding(Tampering.REMOVED, place // 4 + 1, entries[place]) for place in sorted(gone)]


@pytest.mark.shows("AC-45")
def test_an_entry_slipped_in_is_named(record: Record) -> None:
    with tampering() as cursor:
        forged = uuid7()
        cursor.execute(
            "INSERT INTO workspaces_auditentry SELECT workspace_id, %s, at, member_id, deed, verb, people, purpose,"
            " detail, address, session, keep_until FROM workspaces_auditentry WHERE id = %s",
            [forged, record.entries()[0]],
        )
        assert record.found() == [Finding(Tampering.SLIPPED_IN, 3, forged)]


@pytest.mark.shows("AC-45")
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_changed_seal_is_named(record: Record, number: int) -> None:
    with tampering() as cursor:
        cursor.execute("UPDATE workspaces_auditseal SET at = at + interval '1 s' WHERE number = %s", [number])
        assert record.found() == [Finding(Tampering.SEAL_CHANGED, number)]


@pytest.mark.shows("AC-45")
@pytest.mark.parametrize("first", [1, 2, 3])
def test_a_cut_off_end_misses_the_head_that_was_written_down(record: Record, first: int) -> None:
    """With its entries and from any place on: a chain alone would not show it."""
    with tampering() as cursor:
        heads = record.heads
        cursor.execute(
            "WITH gone AS (DELETE FROM workspaces_auditseal WHERE number >= %s RETURNING entries)"
            " DELETE FROM workspaces_auditentry WHERE id IN (SELECT unnest(entries) FROM gone)",
            [first],
        )
        assert record.found(heads={}) == []
        assert record.found(heads=heads) == [Finding(Tampering.SEAL_REMOVED, gone) for gone in range(first, 4)]


@pytest.mark.shows("AC-45")
def test_a_chain_computed_anew_has_another_head(record: Record) -> None:
    with tampering() as cursor:
        cursor.execute("UPDATE workspaces_auditentry SET verb = 'x' WHERE id = %s", [record.entries()[0]])
        before = NOTHING_BEFORE
        for seal in seals(record):
            found = AuditEntry.objects.in_bulk(seal.entries)
            seal.digests, seal.previous = [digest_of(found[entry]) for entry in seal.entries], before
            before = seal.hash = seal_hash(seal)
            seal.save()
        assert record.found(heads={}) == []
        assert record.found() == [Finding(Tampering.OTHER_HEAD, 3)]


def test_months_whose_time_is_over_may_be_gone_and_the_chain_stays_whole(record: Record) -> None:
    with tampering() as cursor:
        cursor.execute("DELETE FROM workspaces_auditentry")
        (until,) = {seal.keep_until for seal in seals(record)}
        assert len(record.found(today=until - timedelta(days=1))) == ENTRIES
        assert record.found(today=until) == []


def test_what_commits_late_is_sealed_late(record: Record) -> None:
    with tenancy.workspace(record.member.workspace_id):
        record_act(member=record.member, verb="late", detail={}, now=timezone.now())
    assert record.found() == []
    seal_audit(workspace_id=record.member.workspace_id)
    assert [len(seal.entries) for seal in seals(record)] == [4, 4, 2, 1]
    assert record.found() == []
    assert list(record.heads) == [3, 4]
