"""Rows that segments look at, written straight into their tables."""

import json
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from dangol.customers.models import Consent, ConsentEntry, CustomObject, CustomRecord, Person
from dangol.customers.operations import FieldDetails, ObjectDetails, define_field, define_object, fill_field_index
from dangol.kit.ids import uuid7
from dangol.relations.models import Strength
from dangol.segments import queries
from dangol.tracking.models import Order
from dangol.workspaces.models import Member
from tests.factories import NOW
from tests.people import Cast
from tests.segments.in_duckdb import ids_in_duckdb

EVENT = """
INSERT INTO tracking_event (workspace_id, id, occurred_at, received_at, person_id, kind, name, properties, context,
                            source_id, message_id)
VALUES (%s, %s, %s, %s, %s, 'track', %s, %s, '{}', %s, %s)
"""

COUNTER = """
INSERT INTO tracking_daily_count (workspace_id, person_id, name, day, count) VALUES (%s, %s, %s, %s, 1)
ON CONFLICT (workspace_id, person_id, name, day) DO UPDATE SET count = tracking_daily_count.count + 1
"""


def did(person: Person, name: str, at: datetime = NOW, **properties: Any) -> None:
    """Let the person have done something."""
    key = uuid7()
    with connection.cursor() as cursor:
        cursor.execute("SELECT tracking_ensure_month(%s)", [at.date()])
        values: list[Any] = [person.workspace_id, key, at, at, person.pk, name, json.dumps(properties), key, str(key)]
        cursor.execute(EVENT, values)
        cursor.execute(COUNTER, [person.workspace_id, person.pk, name, at.date()])


def bought(person: Person, amount: str = "10000", at: datetime = NOW, currency: str = "KRW") -> Order:
    """Let the person have an order."""
    return Order.objects.create(
        workspace_id=person.workspace_id,
        person=person,
        number=str(uuid7()),
        placed_at=at,
        amount=Decimal(amount),
        currency=currency,
        event_id=uuid7(),
    )


def agreed(person: Person, *, state: str = "given", channel: str = "email", expires_at: datetime | None = None) -> None:
    """Let the person have a standing consent to marketing."""
    terms: dict[str, Any] = {"purpose": "marketing", "channel": channel, "state": state, "expires_at": expires_at}
    terms |= {"workspace_id": person.workspace_id, "person": person, "at": NOW - timedelta(days=9)}
    entry = ConsentEntry.objects.create(source="test", **terms)
    Consent.objects.create(entry=entry, **terms)


def strong(person: Person, score: int, alive: float | None = None) -> None:
    """Give the person a relationship strength."""
    Strength.objects.create(workspace_id=person.workspace_id, person=person, score=score, alive=alive, computed_at=NOW)


def names(definition: dict[str, Any], workspace_id: UUID, now: datetime = NOW) -> set[str]:
    """Return the names of the people who match, in PostgreSQL and in DuckDB alike."""
    people = queries.people_matching(definition, workspace_id=workspace_id, now=now)
    named = dict(people.values_list("pk", "name"))
    assert ids_in_duckdb(definition, workspace_id, now) == set(named), definition
    return set(named.values())


def attribute(key: str, operator: str, **operand: Any) -> dict[str, Any]:
    """Return the JSON of a condition on an attribute."""
    return {"kind": "attribute", "attribute": key, "operator": operator, **operand}


def event(name: str, operator: str = "at_least", count: float = 1, **more: Any) -> dict[str, Any]:
    """Return the JSON of a condition on an event."""
    return {"kind": "event", "event": name, "operator": operator, "count": count, **more}


def sequence(first: str, operator: str, then: str, **more: Any) -> dict[str, Any]:
    """Return the JSON of a condition on two events in a row."""
    return {"kind": "sequence", "event": first, "operator": operator, "then": then, **more}


def group(kind: str, *conditions: Any) -> dict[str, Any]:
    """Return the JSON of a group."""
    return {"kind": kind, "conditions": list(conditions)}


FIELDS = {"ends": "date", "seats": "number", "signer": "person", "buyer": "company"}
"""The fields of a contract, with their kinds."""


def contract(member: Member, own: CustomObject, name: str, **values: Any) -> CustomRecord:
    """Write a contract down."""
    made = CustomRecord.objects.create(workspace_id=member.workspace_id, object=own, name=name, origin="test", **values)
    CustomRecord.objects.filter(pk=made.pk).update(created_at=NOW)
    return made


def define(cast: Cast, *, filterable: bool) -> CustomObject:
    """Let the workspace have contracts with fields."""
    own = define_object(
        member=cast.admin, details=ObjectDetails(label="Contract", plural="Contracts", key="contract"), now=NOW
    )
    for key, kind in FIELDS.items():
        details = FieldDetails(label=key.title(), key=key, kind=kind, is_filterable=filterable)
        field = define_field(member=cast.admin, object="contract", details=details, now=NOW)
        if field.is_indexed:
            fill_field_index(workspace_id=field.workspace_id, definition_id=field.pk)
    return own


def records(operator: str, count: int, *conditions: Any, own: str = "contract") -> dict[str, Any]:
    """Return the JSON of a condition on the records of an own object."""
    asked = {"kind": "records", "object": own, "operator": operator, "count": count}
    return {**asked, "conditions": list(conditions)} if conditions else asked
