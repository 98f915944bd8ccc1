"""Buttons of an import: take in, pause, go on, cancel, undo."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from dangol.customers.models import PeopleImport
from dangol.customers.operations import (
    UnableToImport,
    cancel_people_import,
    pause_people_import,
    resume_people_import,
    start_people_import,
    undo_people_import,
)
from dangol.customers.queries import imports_of
from dangol.workspaces.access import MemberRequest, allowed, member_required
from dangol.workspaces.permissions import may_import


@member_required
@allowed(may_import)
@require_POST
def start(request: MemberRequest, import_id: UUID) -> HttpResponse:
    def act(made: PeopleImport) -> None:
        start_people_import(people_import=made, member=request.member, now=request.now)

    return _steer(request, import_id, act)


@member_required
@allowed(may_import)
@require_POST
def pause(request: MemberRequest, import_id: UUID) -> HttpResponse:
    return _steer(request, import_id, lambda made: pause_people_import(people_import=made))


@member_required
@allowed(may_import)
@require_POST
def resume(request: MemberRequest, import_id: UUID) -> HttpResponse:
    return _steer(request, import_id, lambda made: resume_people_import(people_import=made, member=request.member))


@member_required
@allowed(may_import)
@require_POST
def cancel(request: MemberRequest, import_id: UUID) -> HttpResponse:
    return _steer(request, import_id, lambda made: cancel_people_import(people_import=made, now=request.now))


@member_required
@allowed(may_import)
@require_POST
def undo(request: MemberRequest, import_id: UUID) -> HttpResponse:
    def act(made: PeopleImport) -> None:
        undo_people_import(people_import=made, member=request.member)

    return _steer(request, import_id, act)


def _steer(request: MemberRequest, import_id: UUID, act: Callable[[PeopleImport], object]) -> HttpResponse:
    made = get_object_or_404(imports_of(request.member), pk=import_id)
    try:
        act(made)
    except UnableToImport as refusal:
        messages.error(request, str(refusal))
    return redirect("customers:import", import_id)
