"""The one API, version 1: who may come in, how bodies are read, and how refusals are said."""

from typing import Any

import msgspec
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser
from ninja.renderers import BaseRenderer

from dangol.api.acting import acting
from dangol.api.door import KeyDoor, no_key
from dangol.api.endpoints import (
    approval_rules,
    approvals,
    companies,
    field_definitions,
    finding,
    people,
    records,
    relations,
    rights_requests,
    stand_ins,
    tags,
    traits,
)
from dangol.api.problems import Problem
from dangol.customers.models.field import PERSON
from dangol.customers.operations import HeldInTrash
from dangol.customers.queries.trash import one_trashed
from dangol.kit.errors import OperationError
from dangol.workspaces.models import Member


class StrictJson(Parser):
    """JSON as the standard has it: no NaN, no half letters; and no NUL, which PostgreSQL cannot keep."""

    def parse_body(self, request: HttpRequest) -> Any:
        if b"\\u0000" in request.body:
            raise ValueError
        return msgspec.json.decode(request.body)


class ExactJson(BaseRenderer):
    """Answers keep the microseconds of a time, because a time is the version of a row."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return msgspec.json.encode(data)


api = NinjaAPI(
    title="Dangol",
    version="1",
    description="A workspace, as far as the key's member may see and change it.",
    docs_url=None,
    auth=KeyDoor(),
    parser=StrictJson(),
    renderer=ExactJson(),
    urls_namespace="rest",
)
api.add_decorator(acting)
api.add_router("/people", people.router)
api.add_router("/people", relations.router)
api.add_router("/people", tags.router)
api.add_router("/companies", companies.router)
api.add_router("/objects", records.router)
api.add_router("/fields", field_definitions.router)
api.add_router("/approvals", approvals.router)
api.add_router("/approval-rules", approval_rules.router)
api.add_router("/rights-requests", rights_requests.router)
api.add_router("/stand-ins", stand_ins.router)
api.add_router("", finding.router)
api.add_router("", traits.router)


@api.exception_handler(Problem)
def refuse(request: HttpRequest, problem: Problem) -> HttpResponse:
    return problem.answer


@api.exception_handler(AuthenticationError)
def refuse_stranger(request: HttpRequest, problem: AuthenticationError) -> HttpResponse:
    return no_key().answer


@api.exception_handler(HttpError)
def refuse_unreadable(request: HttpRequest, problem: HttpError) -> HttpResponse:
    return Problem("bad-request", _("The body is not valid JSON in UTF-8. Mend it and send it again.")).answer


@api.exception_handler(Http404)
def refuse_unknown(request: HttpRequest, problem: Http404) -> HttpResponse:
    return Problem("not-found", _("There is no such row, or the key's member may not see it.")).answer


@api.exception_handler(OperationError)
def refuse_operation(request: HttpRequest, problem: OperationError) -> HttpResponse:
    field = str(getattr(problem, "field", "")).replace("field-", "fields.", 1)
    errors = [(field, str(problem))] if field else []
    return Problem("invalid", str(problem), errors=errors, more=_in_trash(request, problem)).answer


@api.exception_handler(ValidationError)
def refuse_shape(request: HttpRequest, problem: ValidationError) -> HttpResponse:
    errors = [(_path(error["loc"]), _said(error)) for error in problem.errors]
    return Problem("invalid", _("Some fields cannot be kept. See “errors”."), errors=errors).answer


def _in_trash(request: HttpRequest, problem: OperationError) -> dict[str, str]:
    """Name whom the program can bring back instead, if the member may see that person."""
    member: Member = request.member  # type: ignore[attr-defined] # operations are asked for by an ApiRequest
    if not isinstance(problem, HeldInTrash) or one_trashed(member, PERSON, problem.holder_id) is None:
        return {}
    return {"in_trash": str(problem.holder_id)}


def _path(place: tuple[Any, ...]) -> str:
    """Return the name of a field without where it came from and what our function calls it."""
    return ".".join(str(part) for part in place if part not in {"body", "query", "path", "told", "asked"}) or "body"


def _said(error: dict[str, Any]) -> str:
    words = {
        "told": error["msg"],
        "missing": _("This is needed. Send it."),
        "extra_forbidden": _("There is no field of this name here. Check its spelling."),
        "string_type": _("Send a text."),
        "uuid_parsing": _("This is not an id."),
        "uuid_type": _("This is not an id."),
        "timezone_aware": _("Say the time zone as well, like 2026-12-31T09:00:00Z."),
    }
    return str(words.get(error["type"], _("This value does not fit here. The documentation says what does.")))
