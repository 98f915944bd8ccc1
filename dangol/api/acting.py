"""What happens around every endpoint: all or nothing, signed in the history, and done once however often it is sent."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import msgspec
from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import BaseModel

from dangol.api.door import READING, ApiRequest
from dangol.api.operations import done_before, remember_answer
from dangol.api.problems import Problem
from dangol.kit.authorship import act_as
from dangol.kit.masking import masking
from dangol.kit.sight import watching
from dangol.workspaces.operations import record_sight

Endpoint = Callable[..., Any]
REASON = "api"


def acting(endpoint: Endpoint) -> Endpoint:
    """
    Run an endpoint in a savepoint: a refusal leaves nothing behind, while the use of the key stays noted.

    What it changes is signed with the key's member and the reason "api".
    """

    @wraps(endpoint)
    def acted(request: ApiRequest, **given: Any) -> Any:
        _refuse_unknown_questions(request, given.get("asked"))
        with transaction.atomic(), watching() as seen, masking(request.member.rights.masked):
            answer = _answer(request, lambda: endpoint(request, **given))
            if seen:
                page = f"{REASON}:{endpoint.__name__}"
                record_sight(
                    member=request.member, page=page, method=request.method or "", people=seen, now=request.now
                )
        return answer

    return acted


def _answer(request: ApiRequest, act: Callable[[], Any]) -> Any:
    if request.method in READING:
        return act()
    with act_as(member_id=request.member.pk, reason=REASON):
        return _once(request, act)


def _refuse_unknown_questions(request: ApiRequest, asked: Schema | None) -> None:
    """A filter that is misspelled must not give everybody."""
    unknown = set(request.GET) - set(() if asked is None else type(asked).model_fields)
    if unknown:
        said = _("There is no such parameter. Check its spelling.")
        raise Problem("invalid", said, errors=[(name, said) for name in sorted(unknown)])


def _once(request: ApiRequest, act: Callable[[], Any]) -> Any:
    """Do what a POST asks, unless a request with the same Idempotency-Key did: then give its answer again."""
    sent = request.headers.get("Idempotency-Key", "") if request.method == "POST" else ""
    if not sent:
        return act()
    kept = done_before(key=request.auth, sent=sent, asked=f"{request.path}\n".encode() + request.body, now=request.now)
    if kept.status:
        return HttpResponse(kept.body, "application/json", status=kept.status, headers=kept.headers)
    answer = act()
    remember_answer(kept=kept, status=answer.status_code, headers=named_headers(answer), body=answer.content.decode())
    return answer


def made(shown: BaseModel, *, location: str = "", tag: str = "", status: int = 201) -> HttpResponse:
    """Return the answer to a POST: what was made, where it is, and its version."""
    headers = {name: value for name, value in (("Location", location), ("ETag", tag)) if value}
    return HttpResponse(msgspec.json.encode(shown.model_dump()), "application/json", status=status, headers=headers)


def named_headers(answer: HttpResponse) -> dict[str, str]:
    """Return the headers that belong to what was made."""
    return {name: answer[name] for name in ("Location", "ETag") if name in answer}
