"""
The golden record: several sources speak of the same person, and one of them wins each field, the own ones too.

Of two sources the more trusted wins, of two equally trusted the one that spoke last. What each source said is kept from
the second source on: as long as one source speaks alone, what it says is simply written, and nothing is stored beside.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from dangol.customers.models import Company, Person, Telling
from dangol.customers.operations.company_facts import bare_company_name
from dangol.customers.operations.field_values import with_values
from dangol.customers.queries.merge_fields import CUSTOM
from dangol.customers.queries.trust import (
    BY_HAND,
    GOVERNED,
    NEWER,
    ONLY,
    TRUSTED,
    Ranks,
    own_fields_told,
    ranks,
    stored,
)
from dangol.kit.korean import bigrams, initials

Row = Person | Company
Told = tuple[UUID, Mapping[str, Any], datetime]
"""Whom a source speaks of, what it says by field, and when it said so."""

MODELS: Mapping[str, type[Person] | type[Company]] = {"person": Person, "company": Company}
KEYS = ("fields", "won", "bigrams", "initials", "updated_at")
CHUNK = 1000


@dataclass
class Saying:
    """
    What one source says about a person or company that is loaded and locked.

    :param before: what stood in the governed fields before anybody wrote to the row
    :param said: the fields it speaks of, own ones as `fields.<key>`; an empty value counts only by hand, where it
        means "not so"
    """

    row: Row
    before: Mapping[str, Any]
    said: Mapping[str, Any]
    at: datetime
    others: dict[str, Telling] = field(default_factory=dict)


def speaks_alone(row: Row, origin: str) -> bool:
    """Whether nobody but this source has ever spoken of the row: then nothing needs to be decided."""
    return row.origin == origin and not row.won


def values_before(row: Row) -> dict[str, Any]:
    """Return what stands in the governed fields and in the own ones, to be handed on as `before`."""
    return {name: stored(getattr(row, name)) for name in GOVERNED[_kind(row)]} | own_values(row.fields)


def own_values(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of own fields as sources speak of them."""
    return {CUSTOM + key: value for key, value in fields.items()}


@transaction.atomic
def told(
    *,
    workspace_id: UUID,
    origin: str,
    tellings: Iterable[Told],
    now: datetime,
    kind: str = "person",
) -> None:
    """Let a source speak of people or companies, decide every field, and write the winners."""
    spoken = list(tellings)
    model = MODELS[kind]
    for start in range(0, len(spoken), CHUNK):
        chunk = spoken[start : start + CHUNK]
        ids = {subject for subject, _said, _at in chunk}
        locked = model.objects.filter(workspace_id=workspace_id, pk__in=ids).order_by("pk")
        rows: dict[UUID, Row] = {row.pk: row for row in locked.select_for_update(no_key=True)}
        for wave in _waves(chunk):
            sayings = [Saying(rows[pk], values_before(rows[pk]), said, at) for pk, said, at in wave if pk in rows]
            settle(workspace_id=workspace_id, origin=origin, sayings=sayings)
        for row in rows.values():
            row.updated_at = now
        written: Any = rows.values()
        model.objects.bulk_update(written, [*GOVERNED[kind], *KEYS], batch_size=500)


def settle(*, workspace_id: UUID, origin: str, sayings: Sequence[Saying]) -> None:
    """
    Decide the fields of these rows and put the winners into them. The caller saves the rows; tellings are kept here.

    Each row may appear once. Two queries and one bulk write where several sources speak; nothing where one does.
    """
    contested = [saying for saying in sayings if not speaks_alone(saying.row, origin)]
    for saying in sayings:
        if speaks_alone(saying.row, origin):
            _write(saying.row, _spoken(saying, origin))
    if not contested:
        return
    _recall(workspace_id, contested)
    trust = ranks(workspace_id)
    kept = [telling for saying in contested for telling in _hear(workspace_id, saying, origin)]
    Telling.objects.bulk_create(
        kept, update_conflicts=True, update_fields=["told", "told_at"],
        unique_fields=["workspace", "person", "company", "origin"], batch_size=500,
    )  # fmt: skip
    for saying in contested:
        _decide(saying, trust)


def _waves(chunk: Iterable[Told]) -> list[list[Told]]:
    """Divide what is said so that each wave speaks of everybody once."""
    waves: list[list[Told]] = []
    turns: dict[UUID, int] = {}
    for one in chunk:
        turn = turns.get(one[0], 0)
        turns[one[0]] = turn + 1
        if turn == len(waves):
            waves.append([])
        waves[turn].append(one)
    return waves


def _recall(workspace_id: UUID, sayings: Sequence[Saying]) -> None:
    """Read what every source said before."""
    by_id = {saying.row.pk: saying for saying in sayings}
    link = f"{_kind(sayings[0].row)}_id"
    for telling in Telling.objects.filter(workspace_id=workspace_id, **{f"{link}__in": by_id}):
        by_id[getattr(telling, link)].others[telling.origin] = telling


def _hear(workspace_id: UUID, saying: Saying, origin: str) -> list[Telling]:
    """Note what is said now; of the first source, which spoke alone until now, what stood there before."""
    link = {_kind(saying.row): saying.row}
    changed = []
    if saying.row.origin not in {origin, *saying.others}:
        present = {
            name: value for name, value in saying.before.items() if _says(value) and _is_of_first(saying.row, name)
        }
        first = Telling(workspace_id=workspace_id, origin=saying.row.origin, told=present, **link)
        first.told_at = dict.fromkeys(present, _written(saying.row.updated_at))
        saying.others[first.origin] = first
        changed.append(first)
    mine = saying.others.get(origin) or Telling(workspace_id=workspace_id, origin=origin, told={}, told_at={}, **link)
    moment = _written(saying.at)
    for name, value in _spoken(saying, origin).items():
        if (moment, _weight(value, origin)) >= (_comparable(mine, name), _weight(mine.told.get(name, ""), origin)):
            mine.told[name], mine.told_at[name] = value, moment
    if mine.told:
        saying.others[origin] = mine
        changed.append(mine)
    return changed


def _is_of_first(row: Row, name: str) -> bool:
    won: str = row.won.get(name, {}).get("origin", row.origin)
    return won == row.origin


def _decide(saying: Saying, trust: Ranks) -> None:
    """Choose the winner of every field and write it, with the reason."""
    row = saying.row
    winners: dict[str, Any] = {}
    won: dict[str, dict[str, str]] = {}
    for name in (*GOVERNED[_kind(row)], *own_fields_told(saying.others.values())):
        said = [one for one in saying.others.values() if name in one.told]
        if not said:
            continue
        best = max(said, key=lambda one: (trust.of(one.origin), _comparable(one, name), one.origin))
        winners[name] = best.told[name]
        rivals = [one for one in said if one is not best]
        if rivals or best.origin != row.origin:
            top = any(trust.of(one.origin) == trust.of(best.origin) for one in rivals)
            why = ONLY if not rivals else NEWER if top else TRUSTED
            won[name] = {"origin": best.origin, "at": best.told_at.get(name, ""), "why": why}
    row.won = won
    _write(row, winners)


def _spoken(saying: Saying, origin: str) -> dict[str, Any]:
    """Return what is said about governed and own fields. Silence says nothing; emptied by hand says a lot."""
    governed = GOVERNED[_kind(saying.row)]
    said = {name: stored(value) for name, value in saying.said.items() if name in governed}
    said |= {name: value for name, value in saying.said.items() if name.startswith(CUSTOM)}
    return {name: value for name, value in said.items() if _says(value) or origin == BY_HAND}


def _says(value: Any) -> bool:
    return value not in (None, "", [], {})


def _write(row: Row, winners: Mapping[str, Any]) -> None:
    """Put values into the row, and renew the keys by which its name is found."""
    own = {name.removeprefix(CUSTOM): value for name, value in winners.items() if name.startswith(CUSTOM)}
    row.fields = with_values(row.fields, own)
    for name, value in winners.items():
        if name.startswith(CUSTOM):
            continue
        if name == "born_on":
            row.born_on = date.fromisoformat(value) if value else None  # type: ignore[union-attr] # people's alone
        else:
            setattr(row, name, value)
    if "name" in winners:
        bare = bare_company_name(row.name) if isinstance(row, Company) else row.name
        row.bigrams, row.initials = bigrams(bare), initials(bare)[:200]


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _weight(value: Any, origin: str) -> str:
    """Return what decides when a source speaks twice at one moment: of members the later word, else any fixed order."""
    return "" if origin == BY_HAND else json.dumps(value, sort_keys=True, ensure_ascii=False)


def _comparable(telling: Telling, name: str) -> str:
    """Return when the source said so, in a form that sorts: every moment is kept in UTC."""
    at: str = telling.told_at.get(name, "")
    return at


def _kind(row: Row) -> str:
    return "person" if isinstance(row, Person) else "company"
