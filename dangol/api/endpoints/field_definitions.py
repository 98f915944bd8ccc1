"""The definitions of own fields, so that a program knows what it may send."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext_noop
from ninja import Router

from dangol.api.door import ApiRequest
from dangol.api.schemas import FieldShown
from dangol.customers.queries import field_definitions, has_fields

router = Router(tags=[gettext_noop("Own fields")])


@router.get(
    "/{object}",
    response=list[FieldShown],
    summary=gettext_noop("List own fields"),
    description=gettext_noop(
        '`object` is "person", "company" or the key of an own object. The order is that of the forms.'
    ),
)
def list_fields(request: ApiRequest, object: str) -> Any:  # noqa: A002 - the word of the trade
    if not has_fields(request.member, object):
        raise Http404
    return field_definitions(workspace_id=request.member.workspace_id, object=object)
