"""The way of a file of people: upload, check, run, done."""

import csv
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from dangol.customers.enums import ProblemCode
from dangol.customers.forms import StatementForm, UploadForm, chosen_mapping
from dangol.customers.models import PeopleImport
from dangol.customers.operations import UnableToImport, check_people_import, start_people_import, upload_people
from dangol.customers.queries import import_view, imports_of, problem_lines, recent_imports
from dangol.customers.tables import column_choices
from dangol.kit.text_files import safe_cell
from dangol.workspaces.access import MemberRequest, allowed, member_required
from dangol.workspaces.permissions import may_import


@member_required
@allowed(may_import)
def upload(request: MemberRequest) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = upload_people(member=request.member, file_name=file.name, content=file.read(), now=request.now)
        except UnableToImport as refusal:
            form.add_error("file", str(refusal))
        else:
            return _checked(request, made)
    shown = {"form": form, "imports": recent_imports(request.member)}
    return render(request, "customers/import_upload.html", shown, status=422 if form.errors else 200)


@member_required
@allowed(may_import)
def show(request: MemberRequest, import_id: UUID) -> HttpResponse:
    """The page that fits the state of the file."""
    people_import = get_object_or_404(imports_of(request.member), pk=import_id)
    view = import_view(people_import)
    if view.columns:
        shown = {
            "view": view,
            "form": StatementForm.filled(people_import.consent),
            "choices": column_choices(view.columns),
        }
        return render(request, "customers/import_check.html", shown)
    template = "customers/import_progress.html#progress" if request.htmx else "customers/import_progress.html"
    return render(request, template, {"view": view})


@member_required
@allowed(may_import)
@require_POST
def check(request: MemberRequest, import_id: UUID) -> HttpResponse:
    people_import = get_object_or_404(imports_of(request.member), pk=import_id)
    form = StatementForm(request.POST)
    if form.is_valid():
        try:
            check_people_import(
                people_import=people_import, mapping=chosen_mapping(request.POST, people_import.header),
                consent=form.statement, now=request.now,
            )  # fmt: skip
        except UnableToImport as refusal:
            messages.error(request, str(refusal))
    return redirect("customers:import", import_id)


@member_required
@allowed(may_import)
@require_POST
def start(request: MemberRequest, import_id: UUID) -> HttpResponse:
    people_import = get_object_or_404(imports_of(request.member), pk=import_id)
    try:
        start_people_import(people_import=people_import, member=request.member, now=request.now)
    except UnableToImport as refusal:
        messages.error(request, str(refusal))
    return redirect("customers:import", import_id)


@member_required
@allowed(may_import)
def problems(request: MemberRequest, import_id: UUID) -> HttpResponse:
    """The lines that were left out, as a file that a spreadsheet program shows as text and never runs."""
    people_import = get_object_or_404(imports_of(request.member), pk=import_id)
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="problems-{import_id}.csv"'
    writer = csv.writer(answer)
    writer.writerow(["line", "column", "problem", "text"])
    for problem in problem_lines(people_import).iterator():
        cells = [problem.line, problem.column, ProblemCode(problem.code).label, problem.text]
        writer.writerow([safe_cell(str(cell)) for cell in cells])
    return answer


def _checked(request: MemberRequest, people_import: PeopleImport) -> HttpResponse:
    """Check at once with the guessed columns, so that the next page can show what would happen."""
    try:
        check_people_import(people_import=people_import, now=request.now)
    except UnableToImport as refusal:
        messages.warning(request, str(refusal))
    return redirect("customers:import", people_import.pk)
