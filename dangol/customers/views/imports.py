"""The way of a file: upload, columns, check, result."""

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from dangol.customers.enums import object_of
from dangol.customers.forms import ChoicesForm, ReadingForm, StatementForm, UploadForm, chosen_mapping
from dangol.customers.models import PeopleImport
from dangol.customers.operations import (
    UnableToImport,
    plan_people_import,
    read_differently,
    save_mapping,
    upload_people,
    use_mapping,
)
from dangol.customers.queries import (
    field_definitions,
    fitting_mappings,
    import_targets,
    import_view,
    imports_of,
    recent_imports,
    rejected_rows,
)
from dangol.customers.tables import column_choices
from dangol.kit.csv_files import csv_answer
from dangol.workspaces.access import MemberRequest, allowed, member_required
from dangol.workspaces.permissions import may_import


@member_required
@allowed(may_import)
def upload(request: MemberRequest) -> HttpResponse:
    targets = import_targets(workspace_id=request.member.workspace_id)
    asked = {"target": request.GET.get("target")}
    form = UploadForm(request.POST or None, request.FILES or None, targets=targets, initial=asked)
    if request.method == "POST" and form.is_valid():
        file, target = form.cleaned_data["file"], form.cleaned_data["target"] or "people"
        try:
            made = upload_people(
                member=request.member, file_name=file.name, content=file.chunks(), target=target, now=request.now
            )
        except UnableToImport as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("customers:import", made.pk)
    shown = {"form": form, "imports": recent_imports(request.member), "step": 1}
    return render(request, "customers/import_upload.html", shown, status=422 if form.errors else 200)


@member_required
@allowed(may_import)
def show(request: MemberRequest, import_id: UUID) -> HttpResponse:
    """The page that fits the state of the file."""
    view = import_view(get_object_or_404(imports_of(request.member), pk=import_id))
    if view.step == 2:  # noqa: PLR2004 - the second of four
        return columns(request, import_id)
    template = "customers/import_progress.html#progress" if request.htmx else "customers/import_progress.html"
    return render(request, template, {"view": view, "step": view.step})


@member_required
@allowed(may_import)
def columns(request: MemberRequest, import_id: UUID) -> HttpResponse:
    """How the file was read and what its columns mean; open until it is taken in."""
    made = get_object_or_404(imports_of(request.member), pk=import_id)
    view = import_view(made)
    if not view.is_choosing:
        return redirect("customers:import", import_id)
    kept = field_definitions(workspace_id=made.workspace_id, object=object_of(made.target))
    shown = {
        "view": view, "step": 2, "reading": _reading(made), "mappings": fitting_mappings(made),
        "form": StatementForm.filled(made.consent), "chosen": ChoicesForm.filled(made.options),
        "choices": column_choices(view.columns, target=made.target, definitions=kept),
    }  # fmt: skip
    return render(request, "customers/import_check.html", shown)


@member_required
@allowed(may_import)
@require_POST
def read_again(request: MemberRequest, import_id: UUID) -> HttpResponse:
    made = get_object_or_404(imports_of(request.member), pk=import_id)
    form = _reading(made, request.POST)
    if form.is_valid():
        try:
            read_differently(people_import=made, **form.cleaned_data)
        except UnableToImport as refusal:
            messages.error(request, str(refusal))
    return redirect("customers:import_columns", import_id)


@member_required
@allowed(may_import)
@require_POST
def take_mapping(request: MemberRequest, import_id: UUID, mapping_id: UUID) -> HttpResponse:
    made = get_object_or_404(imports_of(request.member), pk=import_id)
    try:
        use_mapping(people_import=made, mapping_id=mapping_id)
    except UnableToImport as refusal:
        messages.error(request, str(refusal))
    return redirect("customers:import_columns", import_id)


@member_required
@allowed(may_import)
@require_POST
def check(request: MemberRequest, import_id: UUID) -> HttpResponse:
    made = get_object_or_404(imports_of(request.member), pk=import_id)
    form, chosen = StatementForm(request.POST), ChoicesForm(request.POST)
    if not (form.is_valid() and chosen.is_valid()):
        messages.error(request, " ".join(str(fault[0]) for fault in [*form.errors.values(), *chosen.errors.values()]))
        return redirect("customers:import_columns", import_id)
    try:
        _plan(request, made, form, chosen)
    except UnableToImport as refusal:
        messages.error(request, str(refusal))
        return redirect("customers:import_columns", import_id)
    return redirect("customers:import", import_id)


@member_required
@allowed(may_import)
def problems(request: MemberRequest, import_id: UUID) -> HttpResponse:
    """The lines that were left out, as a file that a spreadsheet program shows as text and never runs."""
    made = get_object_or_404(imports_of(request.member), pk=import_id)
    return csv_answer(rejected_rows(made), name=f"problems-{import_id}.csv")


def _reading(made: PeopleImport, data: Mapping[str, str] | None = None) -> ReadingForm:
    return ReadingForm(data, people_import=made, targets=import_targets(workspace_id=made.workspace_id))


def _plan(request: MemberRequest, made: PeopleImport, form: StatementForm, chosen: ChoicesForm) -> None:
    plan_people_import(
        people_import=made, member=request.member, mapping=chosen_mapping(request.POST, made.header),
        consent=form.statement, options=chosen.options, now=request.now,
    )  # fmt: skip
    if chosen.cleaned_data["mapping_name"]:
        save_mapping(people_import=made, name=chosen.cleaned_data["mapping_name"], member=request.member)
