"""Objects of the workspace's own, and their records: list, get, create, change, trash."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_noop
from ninja import Query, Router

from dangol.api.acting import made
from dangol.api.door import ApiRequest, refuse_unless
from dangol.api.queries import links_of, records, records_asked
from dangol.api.schemas import ObjectShown, PageAsked, RecordChange, Records, RecordShown, RecordTold
from dangol.api.showing import refuse_if_changed, show, version
from dangol.api.telling import record_told, values_told
from dangol.api.trash import restored, thrown
from dangol.customers.models import CustomObject, CustomRecord, FieldDefinition
from dangol.customers.operations import change_record, create_record
from dangol.customers.permissions import may_change_records
from dangol.customers.queries import field_definitions, live_objects

router = Router(tags=[gettext_noop("Own objects")])


def _object(request: ApiRequest, key: str) -> CustomObject:
    return get_object_or_404(live_objects(request.member), key=key)


def _definitions(request: ApiRequest, key: str) -> list[FieldDefinition]:
    return field_definitions(workspace_id=request.member.workspace_id, object=key)


def _shown(request: ApiRequest, record: CustomRecord, definitions: list[FieldDefinition]) -> RecordShown:
    people, companies = links_of(request.member, [record])[record.pk]
    return show(RecordShown, record, definitions, person_ids=people, company_ids=companies)


@router.get(
    "",
    response=list[ObjectShown],
    summary=gettext_noop("List own objects"),
    description=gettext_noop("The kinds of things that this workspace keeps besides people and companies."),
)
def list_objects(request: ApiRequest) -> Any:
    return list(live_objects(request.member))


@router.get(
    "/{object}/records",
    response=Records,
    summary=gettext_noop("List records"),
    description=gettext_noop(
        "The newest first; with `updated_since` those changed since, the longest unchanged first."
    ),
)
def list_records(request: ApiRequest, object: str, asked: Query[PageAsked]) -> Records:  # noqa: A002 - the word of the trade
    page, definitions = records_asked(request.member, _object(request, object), asked), _definitions(request, object)
    links = links_of(request.member, page)
    items = [
        show(RecordShown, one, definitions, person_ids=links[one.pk][0], company_ids=links[one.pk][1]) for one in page
    ]
    return Records(items=items, next_after=page.next_after)


@router.post(
    "/{object}/records",
    response={201: RecordShown},
    summary=gettext_noop("Add a record"),
    description=gettext_noop("A name is needed. Send an Idempotency-Key to be able to try again."),
)
def add_record(request: ApiRequest, object: str, told: RecordTold) -> HttpResponse:  # noqa: A002 - the word of the trade
    refuse_unless(request.member, may_change_records)
    own, definitions = _object(request, object), _definitions(request, object)
    values = values_told(definitions, told.fields, request.member, held=None)
    details = record_told(told, None, values, definitions, request.member)
    record = create_record(custom_object=own, member=request.member, details=details, now=request.now)
    shown = _shown(request, record, definitions)
    return made(shown, location=f"/api/v1/objects/{object}/records/{record.pk}", tag=version(record))


@router.get(
    "/{object}/records/{uuid:record_id}",
    response=RecordShown,
    summary=gettext_noop("Get a record"),
    description=gettext_noop("The header ETag is the version to send as If-Match with a change."),
)
def get_record(request: ApiRequest, response: HttpResponse, object: str, record_id: UUID) -> RecordShown:  # noqa: A002 - the word of the trade
    record = get_object_or_404(records(request.member, _object(request, object)), pk=record_id)
    response["ETag"] = version(record)
    return _shown(request, record, _definitions(request, object))


@router.patch(
    "/{object}/records/{uuid:record_id}",
    response=RecordShown,
    summary=gettext_noop("Change a record"),
    description=gettext_noop(
        "Only what is sent changes. With If-Match or `updated_at` it changes only if nobody changed it meanwhile."
    ),
)
def alter_record(
    request: ApiRequest,
    response: HttpResponse,
    object: str,  # noqa: A002 - the word of the trade
    record_id: UUID,
    told: RecordChange,
) -> RecordShown:
    record = _locked(request, object, record_id)
    definitions = _definitions(request, object)
    refuse_if_changed(request, record, _shown(request, record, definitions), seen=told.updated_at)
    values = values_told(definitions, told.fields, request.member, held=record.fields)
    details = record_told(told, record, values, definitions, request.member)
    changed = change_record(record=record, member=request.member, details=details, now=request.now)
    response["ETag"] = version(changed)
    return _shown(request, changed, definitions)


@router.delete(
    "/{object}/records/{uuid:record_id}",
    response={204: None},
    summary=gettext_noop("Move a record to the trash"),
    description=gettext_noop("The record can be brought back for thirty days."),
)
def trash_record(request: ApiRequest, object: str, record_id: UUID) -> Any:  # noqa: A002 - the word of the trade
    record = _locked(request, object, record_id)
    refuse_if_changed(request, record, _shown(request, record, _definitions(request, object)))
    return thrown(request, "record", record)


@router.post(
    "/{object}/records/{uuid:record_id}/restore",
    response=RecordShown,
    summary=gettext_noop("Bring a record back from the trash"),
    description=gettext_noop("With everything that belongs to it."),
)
def restore_record(request: ApiRequest, object: str, record_id: UUID) -> HttpResponse:  # noqa: A002 - the word of the trade
    record = restored(request, "record", record_id, records(request.member, _object(request, object)))
    return made(_shown(request, record, _definitions(request, object)), tag=version(record), status=200)


def _locked(request: ApiRequest, key: str, record_id: UUID) -> CustomRecord:
    rows = records(request.member, _object(request, key)).select_for_update(of=("self",))
    return get_object_or_404(rows, pk=record_id)
