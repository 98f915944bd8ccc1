"""What a file says about consent: a column, or one statement about everybody in it."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from dangol.customers.enums import Channel, ConsentState, Purpose
from dangol.customers.models import Consent, PeopleImport
from dangol.customers.operations.consent import NewConsent, append_to_ledger
from dangol.customers.operations.import_columns import moment
from dangol.customers.operations.import_lines import Line
from dangol.customers.operations.import_writing import ORIGIN, Placed


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


def write_import_consents(*, people_import: PeopleImport, people: Iterable[Placed]) -> None:
    """Append what the lines say to the ledger, with the line as evidence. What stands already is not repeated."""
    statement = _statement(people_import.consent)
    said = [(person, *word) for person in people for word in _words(person.line, statement)]
    if not said:
        return
    standing = _standing(people_import.workspace_id, {person.person_id for person, _channel, _agreed in said})
    lines = [
        new
        for person, channel, agreed in said
        if (new := _news(people_import, statement, person, channel, agreed=agreed, standing=standing)) is not None
    ]
    append_to_ledger(workspace_id=people_import.workspace_id, lines=lines, by=people_import.by)


def _statement(stored: Mapping[str, Any]) -> ConsentStatement:
    return ConsentStatement(**{**stored, "channels": tuple(stored.get("channels", ()))})


def _words(line: Line, statement: ConsentStatement) -> list[tuple[str, bool]]:
    """A cell of the line outweighs the statement about everybody."""
    said = dict.fromkeys(statement.channels, True)
    if line.consent_email is not None:
        said[Channel.EMAIL.value] = line.consent_email
    if line.consent_sms is not None:
        said[Channel.SMS.value] = line.consent_sms
    has = {Channel.EMAIL.value: line.email, Channel.SMS.value: line.phone}
    return [(channel, agreed) for channel, agreed in said.items() if has.get(channel)]


def _news(
    people_import: PeopleImport,
    statement: ConsentStatement,
    person: Placed,
    channel: str,
    *,
    agreed: bool,
    standing: dict[tuple[UUID, str], Consent],
) -> NewConsent | None:
    """A yes is news unless it stands already; a no is news only against a yes: an empty ledger means no anyway."""
    state = ConsentState.GIVEN if agreed else ConsentState.WITHDRAWN
    before = standing.get((person.person_id, channel))
    declared = person.line.consent_at or (moment(statement.at) if statement.at else None)
    at = declared or people_import.created_at
    if before is None and not agreed:
        return None
    if before is not None and (before.at >= at or before.state == state) and not _renews(before, state, declared):
        return None
    return NewConsent(
        person_id=person.person_id, purpose=Purpose.MARKETING.value, channel=channel, state=state.value, at=at,
        source=statement.source or ORIGIN, night=statement.night and agreed, wording_version=statement.wording_version,
        evidence={"import": str(people_import.pk), "file": people_import.file_name, "line": person.line.number},
    )  # fmt: skip


def _renews(before: Consent, state: str, declared: datetime | None) -> bool:
    """The same word, said again on a later day."""
    return before.state == state and declared is not None and declared > before.at


def _standing(workspace_id: UUID, person_ids: set[UUID]) -> dict[tuple[UUID, str], Consent]:
    consents = Consent.objects.filter(
        workspace_id=workspace_id, person_id__in=person_ids, purpose=Purpose.MARKETING
    ).only("person_id", "channel", "state", "at")
    return {(consent.person_id, consent.channel): consent for consent in consents}
