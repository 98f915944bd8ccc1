"""What changed on a person, a company or a record: who, when, which field, from what to what, and why."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model

from dangol.customers.enums import ChangeVerb
from dangol.customers.history_words import ASIDE, KIND_LABELS, column_label, reason_label
from dangol.customers.masks import put_masks
from dangol.customers.models import Change, Company, CustomRecord, FieldDefinition, Person
from dangol.customers.queries.history_names import Names, names_in
from dangol.kit.masking import masked_names
from dangol.kit.pagination import keyset_page
from dangol.workspaces.models import Member

Record = Person | Company | CustomRecord
KIND_OF: Mapping[type[Model], str] = {Person: "person", Company: "company", CustomRecord: "record"}


@dataclass(frozen=True)
class Move:
    """One field that changed. `part` is the key inside a column that holds an object."""

    column: str
    part: str | None
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class HistoryLine:
    """One change as people read it."""

    change: Change
    what: str
    why: str
    who: str
    moves: Sequence[Move]
    is_own: bool

    @property
    def can_be_taken_back(self) -> bool:
        """Whether the whole line can be undone: a tag, a relation, a way to reach somebody."""
        return not self.is_own and self.change.kind != "identity"


@dataclass(frozen=True)
class HistoryPage:
    """A page of the history, newest first."""

    lines: Sequence[HistoryLine]
    next_after: str | None


def history_of(record: Record, *, member: Member, after: str | None = None, size: int = 50) -> HistoryPage:
    """Return what is told about a record. One index range, and one query per kind of row that the lines name."""
    about = Change.objects.filter(workspace_id=record.workspace_id, about_id=record.pk).select_related("member__user")
    page = keyset_page(about, order=("-id",), after=after, size=size)
    definitions = _definitions(record)
    names = names_in(_pairs(page.items), member=member, definitions=definitions)
    return HistoryPage([_line(change, names, definitions) for change in page.items], page.next_after)


def change_about(change_id: int, *, member: Member) -> Change | None:
    """Return a change of a record that the member may see."""
    change = Change.objects.filter(workspace_id=member.workspace_id, pk=change_id).first()
    if change is None:
        return None
    for model in KIND_OF:
        if model.objects.visible_to(member).filter(pk=change.about_id).exists():  # type: ignore[attr-defined] # ours have it
            return change
    return None


def record_of(change: Change, *, member: Member) -> Record:
    """Return the record on whose page a visible change is told."""
    for model in KIND_OF:
        record = model.objects.visible_to(member).filter(pk=change.about_id).first()  # type: ignore[attr-defined] # as above
        if record is not None:
            return record  # type: ignore[no-any-return] # one of the three
    raise LookupError(change.about_id)


def changes_back_to(change: Change, *, record: Record, member: Member) -> list[Move]:
    """Return what would change if the record became what it was before a change."""
    goal = _goal(change)
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT to_jsonb(t) FROM "{record._meta.db_table}" t WHERE workspace_id = %s AND id = %s',  # noqa: S608 - our table
            [record.workspace_id, record.pk],
        )
        now = json.loads(cursor.fetchone()[0])
    if isinstance(record, Person):
        put_masks(now, masked_names())
    wanted = [
        (column, part, _at(now, column, part), value)
        for (column, part), value in goal.items()
        if _at(now, column, part) != value
    ]
    definitions = _definitions(record)
    pairs = [(column, part, value) for column, part, was, becomes in wanted for value in (was, becomes)]
    names = names_in(pairs, member=member, definitions=definitions)
    return [_move(column, part, was, becomes, names, definitions) for column, part, was, becomes in wanted]


def batch_of(member: Member, batch: UUID) -> Change | None:
    """Return one line of a batch that this member made, or nothing: what others did together they undo themselves."""
    return Change.objects.filter(workspace_id=member.workspace_id, batch=batch, member=member).first()


def _goal(change: Change) -> dict[tuple[str, str | None], Any]:
    later = Change.objects.filter(
        workspace_id=change.workspace_id,
        about_id=change.object_id,
        object_id=change.object_id,
        verb=ChangeVerb.CHANGE,
        pk__gte=change.pk,
    )
    goal: dict[tuple[str, str | None], Any] = {}
    for before, after in later.order_by("id").values_list("before", "after"):
        for column, part, was, _became in _moves(before or {}, after or {}):
            goal.setdefault((column, part), was)
    return {key: value for key, value in goal.items() if key[0] not in ASIDE}


def _moves(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, str | None, Any, Any]]:
    for column in {**before, **after}:
        was, became = before.get(column), after.get(column)
        if isinstance(was, dict) or isinstance(became, dict):
            inner, outer = was or {}, became or {}
            yield from ((column, part, inner.get(part), outer.get(part)) for part in {**inner, **outer})
        else:
            yield column, None, was, became


def _at(row: Mapping[str, Any], column: str, part: str | None) -> Any:
    value = row.get(column)
    return value if part is None else (value or {}).get(part)


def _pairs(changes: Iterable[Change]) -> Iterator[tuple[str, str | None, Any]]:
    for change in changes:
        for column, part, was, became in _moves(change.before or {}, change.after or {}):
            yield column, part, was
            yield column, part, became


def _line(change: Change, names: Names, definitions: Mapping[str, FieldDefinition]) -> HistoryLine:
    is_own = change.object_id == change.about_id
    moves = [
        _move(column, part, was, became, names, definitions)
        for column, part, was, became in _moves(change.before or {}, change.after or {})
        if column not in ASIDE and (change.verb == ChangeVerb.CHANGE or (was or became) not in (None, "", 100, {}))
    ]
    own = f"{KIND_LABELS.get(change.kind, change.kind)}: " if not is_own else ""
    who = change.member.user.name if change.member is not None else ""
    return HistoryLine(change, f"{own}{change.get_verb_display()}", reason_label(change.reason), who, moves, is_own)


def _move(  # noqa: PLR0917 - one field on its way to be shown
    column: str,
    part: str | None,
    was: Any,
    became: Any,
    names: Names,
    definitions: Mapping[str, FieldDefinition],
) -> Move:
    known = definitions.get(part or "") if column == "fields" else None
    label = known.label if known is not None else column_label(column, part)
    return Move(
        column, part, label, names.said(column, part, was, definitions), names.said(column, part, became, definitions)
    )


def _definitions(record: Record) -> dict[str, FieldDefinition]:
    key = record.object.key if isinstance(record, CustomRecord) else KIND_OF[type(record)]
    own = FieldDefinition.objects.filter(workspace_id=record.workspace_id, object=key)
    return {definition.key: definition for definition in own}
