"""What a file says about consent: a column, or one statement about everybody in it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from dangol.customers.enums import Channel, ConsentState
from dangol.customers.operations.imports.cells import moment
from dangol.customers.operations.imports.matching import Placement
from dangol.customers.operations.imports.reading import Chunk
from dangol.customers.operations.imports.writing import NULL, Author, copy_into, texts
from dangol.kit.ids import uuid7_texts

STAGE = """
CREATE TEMPORARY TABLE IF NOT EXISTS staged_consent (
    id uuid, standing_id uuid, person_id uuid, channel text, state text, at timestamptz, line int, turn int
) ON COMMIT DELETE ROWS
"""

# A yes is news unless it stands already; a no is news only against a yes: an empty ledger means no anyway. The same
# word, said again on a later day that somebody names, is news too.
APPEND = """
WITH news AS (
    INSERT INTO customers_consententry (
        workspace_id, id, person_id, purpose, channel, state, night, basis, at, wording_version, source, evidence,
        by_id, recorded_at
    )
    SELECT %(workspace)s, s.id, s.person_id, 'marketing', s.channel, s.state, %(night)s AND s.state = 'given',
        'explicit', coalesce(s.at, %(otherwise)s), %(wording)s, %(source)s,
        jsonb_build_object('import', %(import)s, 'file', %(file)s, 'line', s.line), %(by)s, %(now)s
    FROM staged_consent s
    LEFT JOIN LATERAL (
        SELECT id, state, at FROM customers_consent
        WHERE workspace_id = %(workspace)s AND person_id = s.person_id AND purpose = 'marketing'
            AND channel = s.channel
        LIMIT 1
    ) AS before ON true
    WHERE s.turn = %(turn)s AND CASE
        WHEN before.id IS NULL THEN s.state = 'given'
        WHEN before.state = s.state THEN s.at > before.at
        ELSE before.at < coalesce(s.at, %(otherwise)s)
    END
    RETURNING id, person_id, channel, state, night, basis, expires_at, at
), standing AS (
    INSERT INTO customers_consent AS standing (
        workspace_id, id, person_id, purpose, channel, state, night, basis, expires_at, at, entry_id
    )
    SELECT %(workspace)s, s.standing_id, n.person_id, 'marketing', n.channel, n.state, n.night, n.basis, n.expires_at,
        n.at, n.id
    FROM news n JOIN staged_consent s ON s.id = n.id
    ON CONFLICT (workspace_id, person_id, purpose, channel) DO UPDATE
    SET state = excluded.state, night = excluded.night, basis = excluded.basis, expires_at = excluded.expires_at,
        at = excluded.at, entry_id = excluded.entry_id
    WHERE (excluded.at, excluded.entry_id) > (standing.at, standing.entry_id)
)
SELECT id FROM news WHERE person_id = ANY(%(known)s::uuid[])
"""


@dataclass(frozen=True, kw_only=True)
class ConsentStatement:
    """
    Where the consents of a file come from, as the member who brings it declares.

    :param at: ISO date or time of the consents, unless a column of the file says it line by line
    :param channels: what everybody in the file agreed to; empty when only a column of the file tells
    """

    at: str = ""
    source: str = ""
    wording_version: str = ""
    channels: tuple[str, ...] = ()
    night: bool = False


def stored_statement(statement: ConsentStatement) -> dict[str, Any]:
    """Return the statement as the import keeps it."""
    return asdict(statement) | {"channels": list(statement.channels)}


def write_consents(
    *,
    author: Author,
    chunk: Chunk,
    placement: Placement,
    stored: Mapping[str, Any],
    evidence: Mapping[str, str],
    otherwise: datetime,
) -> list[UUID]:
    """
    Append what the lines say to the ledger, with the line as evidence. What stands already is not repeated.

    :param evidence: "import" and "file", to which the line is added
    :param otherwise: when they were said, if neither the lines nor the statement tell
    :returns: the ids of the lines of the ledger about people who were known before
    """
    statement = ConsentStatement(**{**stored, "channels": tuple(stored.get("channels", ()))})
    said = _said(chunk, placement, statement)
    if not said:
        return []
    told: dict[str, Any] = {
        "workspace": author.workspace_id, "night": statement.night, "otherwise": otherwise,
        "wording": statement.wording_version, "source": statement.source or author.origin,
        "import": evidence["import"], "file": evidence["file"], "by": author.member_id, "now": author.now,
        "known": _known(placement),
    }  # fmt: skip
    made: list[UUID] = []
    with connection.cursor() as cursor:
        turns = _stage(cursor, said)
        for turn in range(turns):
            cursor.execute(APPEND, told | {"turn": turn})
            made += [row[0] for row in cursor.fetchall()]
    return made


def _said(chunk: Chunk, placement: Placement, statement: ConsentStatement) -> list[tuple[str, str, str, str, int]]:
    """Person, channel, state, time and line of every word. A cell outweighs the statement about everybody."""
    said: list[tuple[str, str, str, str, int]] = []
    columns = {Channel.EMAIL.value: ("consent_email", "email"), Channel.SMS.value: ("consent_sms", "phone")}
    times = chunk.column("consent_at")
    refusals = chunk.column("refusal_email")
    declared = moment(statement.at) if statement.at else ""
    for channel, (word_column, address_column) in columns.items():
        default = "yes" if channel in statement.channels else ""
        if not default and word_column not in chunk.columns and "refusal_email" not in chunk.columns:
            continue
        words, addresses = chunk.column(word_column), chunk.column(address_column)
        no = refusals if channel == Channel.EMAIL else [""] * len(words)
        rows = zip(placement.ids, words, addresses, no, times, chunk.lines, strict=True)
        for person_id, word, address, refused, at, line in rows:
            spoken = refused or word or default
            if person_id is not None and address and spoken:
                state = ConsentState.GIVEN.value if spoken == "yes" else ConsentState.WITHDRAWN.value
                said.append((person_id, channel, state, at or declared, line))
    return said


def _stage(cursor: Any, said: list[tuple[str, str, str, str, int]]) -> int:
    """Lines about the same person and channel take turns; return how many turns that makes."""
    people, channels, states, times, lines = zip(*said, strict=True)
    turns = [0] * len(said)
    if len(set(zip(people, channels, strict=True))) < len(said):
        counts: Counter[tuple[str, str]] = Counter()
        for number, about in enumerate(zip(people, channels, strict=True)):
            turns[number] = counts[about]
            counts[about] += 1
    cursor.execute(STAGE)
    cursor.execute("TRUNCATE staged_consent")
    copy_into(
        cursor, "staged_consent",
        [
            uuid7_texts(len(said)), uuid7_texts(len(said)), people, channels, states,
            [at or NULL for at in times], texts(lines), texts(turns),
        ],
    )  # fmt: skip
    return max(turns) + 1


def _known(placement: Placement) -> list[str]:
    """People of the chunk who were there before it."""
    pairs = zip(placement.written, placement.is_new, strict=True)
    return [person_id for position, is_new in pairs if not is_new and (person_id := placement.ids[position])]
