"""What the fields of a source mean, and documents on their way into the inbox."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from django.db import connection, transaction
from django.utils.translation import gettext as _

from dangol.kit.errors import OperationError
from dangol.tracking.contracts import MAPPED, Delivery, FieldMapping
from dangol.tracking.enums import Meaning
from dangol.tracking.intake import NOTIFY
from dangol.tracking.models import Sample, Source
from dangol.tracking.personal_numbers import without_numbers_in_bytes
from dangol.workspaces.models import Member
from dangol.workspaces.operations import record_act

SAMPLES_KEPT = 10
LARGEST_SAMPLE = 64 * 1024
WHO = {Meaning.USER_ID, Meaning.EMAIL, Meaning.PHONE, Meaning.ANONYMOUS_ID}

KEEP = """
INSERT INTO tracking_inbox (workspace_id, source_id, call, received_at, body)
SELECT %s, %s, %s, %s, body FROM unnest(%s::bytea[]) WITH ORDINALITY AS came(body, place) ORDER BY place
"""
TRIM = """
DELETE FROM tracking_sample WHERE workspace_id = %s AND source_id = %s AND id NOT IN (
    SELECT id FROM tracking_sample WHERE workspace_id = %s AND source_id = %s
    ORDER BY received_at DESC, id DESC LIMIT %s
)
"""


class UnableToMapFields(OperationError):
    """Nothing would say who it was or what happened."""


def set_mapping(
    *, source: Source, fields: Mapping[str, str], event: str, names: Mapping[str, str], member: Member, now: datetime
) -> Source:
    """
    Say what the fields of a source mean, from the next document on. Times without a zone are the workspace's.

    :raises UnableToMapFields: if no field says who it was, or nothing names the event
    """
    meanings = set(fields.values())
    if not meanings & WHO:
        raise UnableToMapFields(
            _("Say which field tells who it was: a customer number, an address, a phone or a device.")
        )
    if Meaning.EVENT not in meanings and not event.strip():
        raise UnableToMapFields(_("Say which field names the event, or write one name for all."))
    chosen = {path: Meaning(meaning).value for path, meaning in fields.items()}
    mapping = FieldMapping(chosen, event.strip(), dict(names), member.workspace.time_zone)
    source.mapping = msgspec.to_builtins(mapping)
    source.save(update_fields=["mapping"])
    record_act(member=member, verb="map_fields", detail={"source": str(source.pk), "name": source.name}, now=now)
    return source


@transaction.atomic
def take_deliveries(*, source: Source, deliveries: Sequence[Delivery], now: datetime) -> None:
    """Put documents into the inbox of the source's workspace, which is entered; they are safe after the commit."""
    if not deliveries:
        return
    put_into_inbox(source=source, call=MAPPED, bodies=[msgspec.json.encode(one) for one in deliveries], now=now)
    keep_samples(source=source, deliveries=deliveries[-1:], now=now)


def put_into_inbox(*, source: Source, call: str, bodies: Sequence[bytes], now: datetime) -> None:
    """Leave bodies in the inbox on the current transaction, as the collector does."""
    with connection.cursor() as cursor:
        cursor.execute(KEEP, [source.workspace_id, source.pk, call, now, list(bodies)])
        cursor.execute(NOTIFY, [str(source.workspace_id)])


def keep_samples(*, source: Source, deliveries: Sequence[Delivery], now: datetime) -> None:
    """Keep the last documents of a source, to be shown where somebody says what their fields mean."""
    bodies = [body for body in map(msgspec.json.encode, deliveries) if len(body) <= LARGEST_SAMPLE]
    Sample.objects.bulk_create(
        Sample(workspace_id=source.workspace_id, source=source, received_at=now, body=without_numbers_in_bytes(body))
        for body in bodies
    )
    _trim(source.workspace_id, source.pk)


def _trim(workspace_id: UUID, source_id: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute(TRIM, [workspace_id, source_id, workspace_id, source_id, SAMPLES_KEPT])
