"""Editing one cell of a list where it stands."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render

from dangol.customers.models import Company, Person
from dangol.customers.operations import (
    ChangedMeanwhile,
    UnableToChange,
    UnableToSaveCompany,
    UnableToSavePerson,
    change_own_field,
    change_row_field,
)
from dangol.desk.enums import Listed
from dangol.desk.permissions import may_change_rows
from dangol.desk.tables.choices import choices_of
from dangol.desk.tables.columns import Column, FieldColumn
from dangol.desk.tables.offered import columns_offered
from dangol.desk.tables.shown_list import shown_cell
from dangol.workspaces.access import MemberRequest, allowed, member_required

CONFLICT = 409


@member_required
@allowed(may_change_rows)
def person_cell(request: MemberRequest, row_id: UUID, key: str) -> HttpResponse:
    person = get_object_or_404(Person.objects.visible_to(request.member).select_related("owner__user"), pk=row_id)
    return _cell(request, Listed.PEOPLE, person, key, partial(change_row_field, row=person))


@member_required
@allowed(may_change_rows)
def company_cell(request: MemberRequest, row_id: UUID, key: str) -> HttpResponse:
    company = get_object_or_404(Company.objects.visible_to(request.member).select_related("owner__user"), pk=row_id)
    return _cell(request, Listed.COMPANIES, company, key, partial(change_row_field, row=company))


def _cell(
    request: MemberRequest, listed: Listed, row: Person | Company, key: str, change: Callable[..., Any]
) -> HttpResponse:
    """Show the input for one field of a row, or what stands there now, or keep what was typed."""
    column = _editable(request, listed, key)
    typed = request.POST.get("value", "")
    if "shown" in request.GET:
        return HttpResponse(shown_cell(listed, column, row, request.member))
    form = partial(_form, request, listed, row, column)
    if request.method != "POST":
        return form()
    try:
        named: dict[str, Any] = {"field": column.attribute or column.key}
        if isinstance(column, FieldColumn):
            change, named = partial(change_own_field, row=row), {"definition": column.field}
        changed = change(
            value=typed, seen=request.POST.get("seen", ""), member=request.member, now=request.now, **named
        )
    except ChangedMeanwhile as conflict:
        return form(problem=str(conflict), typed=typed, status=CONFLICT)
    except (UnableToChange, UnableToSaveCompany, UnableToSavePerson) as refusal:
        return form(problem=str(refusal), typed=typed, status=422)
    return HttpResponse(shown_cell(listed, column, changed, request.member))


def _editable(request: MemberRequest, listed: Listed, key: str) -> Column:
    column = columns_offered(listed, request.member).get(key)
    if column is None or not column.editor:
        raise Http404
    return column


def _form(
    request: MemberRequest,
    listed: Listed,
    row: Person | Company,
    column: Column,
    *,
    problem: str = "",
    typed: str = "",
    status: int = 200,
) -> HttpResponse:
    seen = column.entry(row)
    context = {
        "column": column,
        "seen": seen,
        "value": typed if problem else seen,
        "shown": shown_cell(listed, column, row, request.member),
        "problem": problem,
        "is_conflict": status == CONFLICT,
        "choices": choices_of(column, request.member),
    }
    return render(request, "desk/_cell_form.html", context, status=status)
