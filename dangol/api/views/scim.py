"""SCIM 2.0 (RFC 7644): the directory of a company makes, changes and ends members and teams."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from pydantic import ValidationError
from scim2_models import (
    Context,
    Error,
    ListResponse,
    PatchOp,
    Resource,
    ResponseParameters,
    SCIMException,
    SearchRequest,
)

from dangol.api.door import ApiRequest, entered, no_key
from dangol.api.problems import TITLES, Problem
from dangol.api.scim.resources import LENIENT, MOST, SERVICE, Group, User, group_of, user_of
from dangol.kit.authorship import act_as
from dangol.kit.errors import OperationError
from dangol.workspaces.enums import KeyScope
from dangol.workspaces.models import Member, Team
from dangol.workspaces.operations import (
    UnableToEnter,
    change_entry,
    dissolve_team,
    enter_member,
    keep_team,
    strike_member,
)
from dangol.workspaces.permissions import may_configure
from dangol.workspaces.queries import directory_of, teams_of

Endpoint = Callable[..., HttpResponse]
Told = TypeVar("Told", User, Group)


def scim(*methods: str) -> Callable[[Endpoint], Endpoint]:
    """Let in who has a key that manages members, and say every refusal as SCIM does."""

    def decorate(endpoint: Endpoint) -> Endpoint:
        @csrf_exempt
        @wraps(endpoint)
        def answered(request: HttpRequest, **given: Any) -> HttpResponse:
            if request.method not in methods:
                said = _("This address takes other methods; the header Allow names them.")
                answer = _said(Error(status=405, detail=said))
                answer["Allow"] = ", ".join(methods)
                return answer
            try:
                with transaction.atomic(), LENIENT:
                    return _acted(request, endpoint, given)
            except REFUSALS as error:
                return _said(_told(error))

        return answered

    return decorate


REFUSALS = (Problem, ValidationError, SCIMException, OperationError, Http404)


def _told(error: Exception) -> Error:
    """Return a refusal of any room in the words of SCIM."""
    match error:
        case Problem():
            return Error(status=TITLES[error.code][0], detail=str(error.detail))
        case ValidationError():
            return Error.from_validation_errors(error)[0]
        case SCIMException():
            return error.to_error()
        case UnableToEnter():
            return Error(status=409, scim_type="uniqueness", detail=str(error))
        case OperationError():
            return Error(status=400, scim_type="mutability", detail=str(error))
    return Error(status=404, detail=_("There is nothing at this address."))


def _acted(request: HttpRequest, endpoint: Endpoint, given: dict[str, Any]) -> HttpResponse:
    kind, _space, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer":
        raise no_key()
    key, member = entered(request, token)
    if key.scope != KeyScope.SCIM or not may_configure(member):
        raise Problem("not-allowed", _("This takes a key that manages members, of an administrator."))
    with act_as(member_id=member.pk, reason="scim"):
        return endpoint(request, **given)


def _said(error: Error) -> HttpResponse:
    return HttpResponse(error.model_dump_json(), "application/scim+json", status=error.status or 400)


def _shown(
    request: HttpRequest, shown: Any, context: Context = Context.RESOURCE_QUERY_RESPONSE, *, kind: type[Resource[Any]]
) -> HttpResponse:
    asked = ResponseParameters[kind].model_validate(_asked(request, ("attributes", "excludedAttributes")))  # type: ignore[valid-type] # known here only
    body = shown.model_dump_json(scim_ctx=context, response_parameters=asked)
    answer = HttpResponse(body, "application/scim+json")
    if context == Context.RESOURCE_CREATION_RESPONSE:
        answer.status_code = 201
        answer["Location"] = shown.meta.location
    return answer


def _asked(request: HttpRequest, names: tuple[str, ...]) -> dict[str, str]:
    return {name: request.GET[name] for name in names if request.GET.get(name)}


def _page(request: HttpRequest, kind: type[Resource[Any]], rows: list[Any]) -> HttpResponse:
    """Return those that fit the filter, from `startIndex` on. A house has few members: all of them are looked at."""
    asked = SearchRequest[kind].model_validate(_asked(request, ("filter", "startIndex", "count")))  # type: ignore[valid-type] # known here only
    found = [row for row in rows if asked.filter is None or asked.filter.match(row)]
    first, most = asked.start_index or 1, min(MOST if asked.count is None else asked.count, MOST)
    page = found[first - 1 : first - 1 + most]
    listed = ListResponse[kind](  # type: ignore[valid-type] # known here only
        total_results=len(found), start_index=first, items_per_page=len(page), resources=page
    )
    return _shown(request, listed, kind=kind)


@scim("GET", "POST")
def users(request: ApiRequest) -> HttpResponse:
    if request.method == "GET":
        return _page(request, User, [user_of(one) for one in directory_of(request.member)])
    told = User.model_validate_json(request.body, scim_ctx=Context.RESOURCE_CREATION_REQUEST)
    member = enter_member(by=request.member, entry=told.entry, now=request.now)
    return _shown(request, user_of(member), Context.RESOURCE_CREATION_RESPONSE, kind=User)


@scim("GET", "PUT", "PATCH", "DELETE")
def user(request: ApiRequest, member_id: UUID) -> HttpResponse:
    member: Member = get_object_or_404(directory_of(request.member), pk=member_id)
    if request.method == "DELETE":
        strike_member(by=request.member, member=member, now=request.now)
        return HttpResponse(status=204)
    if request.method != "GET":
        told = _changed(request, user_of(member))
        change_entry(by=request.member, member=member, entry=told.entry, now=request.now)
    return _shown(request, user_of(member), kind=User)


@scim("GET", "POST")
def groups(request: ApiRequest) -> HttpResponse:
    if request.method == "GET":
        return _page(request, Group, _groups(request, list(teams_of(request.member))))
    told = Group.model_validate_json(request.body, scim_ctx=Context.RESOURCE_CREATION_REQUEST)
    team = Team(workspace_id=request.member.workspace_id)
    _keep(request, team, told)
    return _shown(request, _groups(request, [team])[0], Context.RESOURCE_CREATION_RESPONSE, kind=Group)


@scim("GET", "PUT", "PATCH", "DELETE")
def group(request: ApiRequest, team_id: UUID) -> HttpResponse:
    team: Team = get_object_or_404(teams_of(request.member), pk=team_id)
    if request.method == "DELETE":
        dissolve_team(by=request.member, team=team, now=request.now)
        return HttpResponse(status=204)
    if request.method != "GET":
        _keep(request, team, _changed(request, _groups(request, [team])[0]))
    return _shown(request, _groups(request, [team])[0], kind=Group)


def _groups(request: ApiRequest, teams: list[Team]) -> list[Group]:
    everybody = list(directory_of(request.member))
    return [group_of(team, [one for one in everybody if one.team_id == team.pk]) for team in teams]


def _keep(request: ApiRequest, team: Team, told: Group) -> None:
    keep_team(
        by=request.member, team=team, name=(told.display_name or "")[:100], external_id=told.external_id or "",
        member_ids=told.member_ids, now=request.now,
    )  # fmt: skip


def _changed(request: ApiRequest, stands: Told) -> Told:
    """Return what shall stand after a PUT or PATCH."""
    if request.method == "PUT":
        told = type(stands).model_validate_json(request.body, scim_ctx=Context.RESOURCE_REPLACEMENT_REQUEST)
        told.replace(stands)
        return told
    asked = PatchOp[type(stands)].model_validate_json(request.body, scim_ctx=Context.RESOURCE_PATCH_REQUEST)  # type: ignore[misc] # known here only
    asked.patch(stands)
    return stands


@scim("GET", "POST", "PUT", "PATCH", "DELETE")
def nothing(_request: ApiRequest, rest: str) -> HttpResponse:
    raise Http404(rest)


@scim("GET")
def service(request: ApiRequest) -> HttpResponse:
    return _described(request, SERVICE.config)


@scim("GET")
def resource_types(request: ApiRequest, name: str = "") -> HttpResponse:
    return _one_or_all(request, list(SERVICE.resource_types), name)


@scim("GET")
def schemas(request: ApiRequest, name: str = "") -> HttpResponse:
    return _one_or_all(request, list(SERVICE.schemas), name)


def _one_or_all(request: HttpRequest, rows: list[Any], name: str) -> HttpResponse:
    if request.GET.get("filter"):
        raise Problem("not-allowed", _("What the service can do is not filtered."))
    if not name:
        listed = ListResponse[type(rows[0])](  # type: ignore[misc,operator] # known here only
            total_results=len(rows), start_index=1, items_per_page=len(rows), resources=rows
        )
        return _described(request, listed)
    found = next((row for row in rows if row.id == name or getattr(row, "name", "") == name), None)
    if found is None:
        raise Http404
    return _described(request, found)


def _described(_request: HttpRequest, shown: Any) -> HttpResponse:
    return HttpResponse(shown.model_dump_json(scim_ctx=Context.RESOURCE_QUERY_RESPONSE), "application/scim+json")
