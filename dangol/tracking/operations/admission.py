"""What may be stored of an event: personal numbers are struck out, and the rules of the catalogue are kept."""

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

import msgspec
from django.db import connection

from dangol.tracking.calls import NAME_LENGTH, Draft, json_of, parts_decoder, text_of
from dangol.tracking.enums import DeadLetterCode, EventKind, EventRule, PropertyRule
from dangol.tracking.extremes import Extreme, check_extremes, may_be_deep, may_be_extreme, may_hold_extremes
from dangol.tracking.operations.schema_warnings import Notice
from dangol.tracking.personal_numbers import (
    is_resident_number,
    may_hold_numbers,
    without_numbers,
    without_numbers_in_json,
)

MASK = msgspec.Raw(b'"***"')
CONTEXT = "context"
ID_LENGTHS = range(13, 17)
"""An id of another length is no resident number."""

RULES = """
SELECT name, '', rule FROM tracking_eventdefinition WHERE workspace_id = %(workspace)s AND rule = %(block)s
UNION ALL
SELECT event.name, property.name, property.rule
FROM tracking_propertydefinition AS property
JOIN tracking_eventdefinition AS event ON event.workspace_id = property.workspace_id AND event.id = property.event_id
WHERE property.workspace_id = %(workspace)s AND property.rule IN ('mask', 'drop', 'block', 'trust')
"""
Rules = dict[str, str]
"""The rules of one event by property; that of the event itself under the empty name."""


class KeptOut(ValueError):
    """The event may not be stored."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


def rules_of(workspace_id: UUID) -> dict[str, Rules]:
    """Return the rules of a workspace's catalogue by event."""
    rules: dict[str, Rules] = {}
    with connection.cursor() as cursor:
        cursor.execute(RULES, {"workspace": workspace_id, "block": EventRule.BLOCK.value})
        for event, name, rule in cursor.fetchall():
            rules.setdefault(event, {})[name] = rule
    return rules


def are_harmless(drafts: Iterable[Draft]) -> bool:
    """Whether none of these events carries what `admitted` looks for in their text. Many at once cost much less."""
    carried = [draft.name + draft.properties + draft.context for draft in drafts]
    together = "\n".join(carried)
    try:
        return not (may_hold_numbers(together) or may_hold_extremes(together) or any(map(may_be_deep, carried)))
    except UnicodeEncodeError:
        return False


def admitted(draft: Draft, rules: Rules, notices: Counter[Notice], *, is_harmless: bool = False) -> Draft:
    """
    Return the event as it may be stored; what is struck out of it joins the notices.

    :param rules: of this event
    :param is_harmless: what it carries has been looked at, together with other events
    :raises KeptOut: with the reason
    """
    for told in (draft.user_id, draft.anonymous_id, draft.target):
        if len(told) in ID_LENGTHS and is_resident_number(told):
            raise KeptOut(DeadLetterCode.RESIDENT_ID)
    if not is_harmless:
        carried = draft.name + draft.properties + draft.context
        if may_be_extreme(carried):
            _check_extremes(draft)
        if may_hold_numbers(carried):
            draft = _without_numbers(draft, rules, notices)
    return _by_rule(draft, rules) if rules else draft


def _check_extremes(draft: Draft) -> None:
    try:
        check_extremes(draft.properties)
        check_extremes(draft.context)
    except Extreme as extreme:
        raise KeptOut(DeadLetterCode.UNREADABLE, str(extreme)) from extreme


def _without_numbers(draft: Draft, rules: Rules, notices: Counter[Notice]) -> Draft:
    """Strike numbers out of all that the event carries, but not out of properties that a rule trusts."""

    def struck(json_text: str, name: str) -> str:
        seen = lambda kind: notices.update([Notice(draft.name, name[:NAME_LENGTH], kind)])  # noqa: E731 - one word
        return without_numbers_in_json(json_text, seen)

    told = parts_decoder.decode(draft.properties)
    kept = {
        name: raw if rules.get(name) == PropertyRule.TRUST else msgspec.Raw(struck(text_of(raw), name).encode())
        for name, raw in told.items()
    }
    return msgspec.structs.replace(
        draft,
        name=without_numbers(draft.name),
        properties=json_of({without_numbers(name): raw for name, raw in kept.items()}),
        context=struck(draft.context, CONTEXT),
    )


def _by_rule(draft: Draft, rules: Rules) -> Draft:
    if rules.get("") == EventRule.BLOCK:
        raise KeptOut(DeadLetterCode.BLOCKED_EVENT)
    properties = _obeying(draft.properties, rules)
    context = draft.context
    if draft.kind == EventKind.IDENTIFY and context != "{}":
        parts = parts_decoder.decode(context)
        if "traits" in parts and text_of(parts["traits"]).startswith("{"):
            parts["traits"] = msgspec.Raw(_obeying(text_of(parts["traits"]), rules).encode())
            context = json_of(parts)
    return msgspec.structs.replace(draft, properties=properties, context=context)


def _obeying(text: str, rules: Rules) -> str:
    """Mask and leave out what the rules say."""
    told = parts_decoder.decode(text)
    named = told.keys() & rules.keys()
    for name in named:
        match rules[name]:
            case PropertyRule.BLOCK:
                raise KeptOut(DeadLetterCode.BLOCKED_PROPERTY, name)
            case PropertyRule.MASK:
                told[name] = MASK
            case PropertyRule.DROP:
                del told[name]
    return json_of(told) if named else text
