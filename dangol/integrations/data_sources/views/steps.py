"""The four steps of setting a source up: where, what, which columns, when."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from dangol.customers.enums import object_of
from dangol.customers.queries import field_definitions
from dangol.integrations.data_sources import operations
from dangol.integrations.data_sources.forms import (
    CONTENT_FORMS,
    PLACE_FORMS,
    DuplicatesForm,
    ScheduleForm,
    chosen_mapping,
)
from dangol.integrations.data_sources.models import Source
from dangol.integrations.data_sources.operations import Sample, UnableToSetUp
from dangol.integrations.data_sources.queries import host_fingerprint, sources_of
from dangol.integrations.data_sources.tables import column_choices, readable
from dangol.workspaces.access import MemberRequest, allowed, member_required, proof_required
from dangol.workspaces.permissions import may_configure


@member_required
@allowed(may_configure)
@proof_required
def place(request: MemberRequest, source_id: UUID) -> HttpResponse:
    """Save where it is and try the connection; go on when it answers."""
    source = get_object_or_404(sources_of(request.member), pk=source_id)
    form = PLACE_FORMS[source.kind](request.POST or None, source=source)
    if form.is_valid():
        try:
            operations.save_place(source=source, member=request.member, **form.values, now=request.now)
            operations.try_connection(source=source)
        except UnableToSetUp as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The connection works."))
            return redirect("data_sources:content", source_id)
    shown = {"source": source, "form": form, "step": 1, "fingerprint": host_fingerprint(source)}
    return render(request, "data_sources/step_place.html", shown, status=422 if form.errors else 200)


@member_required
@allowed(may_configure)
def content(request: MemberRequest, source_id: UUID) -> HttpResponse:
    source = get_object_or_404(sources_of(request.member), pk=source_id)
    offered, trouble = _offered(source)
    form = CONTENT_FORMS[source.kind](request.POST or None, source=source, offered=offered)
    if form.is_valid():
        try:
            operations.save_content(source=source, member=request.member, content=form.content, now=request.now)
        except UnableToSetUp as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("data_sources:columns", source_id)
    shown = {"source": source, "form": form, "step": 2, "offered": offered, "trouble": trouble}
    return render(request, "data_sources/step_content.html", shown, status=422 if form.errors else 200)


@member_required
@allowed(may_configure)
def columns(request: MemberRequest, source_id: UUID) -> HttpResponse:
    """Show a sample and what would become of it; take the choices."""
    source = get_object_or_404(sources_of(request.member), pk=source_id)
    try:
        sample = operations.sample_of(source)
    except UnableToSetUp as refusal:
        return render(request, "data_sources/step_columns.html", {"source": source, "step": 3, "trouble": refusal})
    if request.method == "POST":
        return _take_columns(request, source, sample)
    mapping = operations.suggestion(source, sample)
    return render(request, "data_sources/step_columns.html", _columns_shown(request, source, sample, mapping))


@member_required
@allowed(may_configure)
def schedule(request: MemberRequest, source_id: UUID) -> HttpResponse:
    source = get_object_or_404(sources_of(request.member), pk=source_id)
    form = ScheduleForm(request.POST or None, source=source)
    if form.is_valid():
        try:
            operations.save_schedule(source=source, member=request.member, **form.cleaned_data, now=request.now)
            if "start" in request.POST:
                operations.set_active(source=source, member=request.member, is_active=True, now=request.now)
        except (UnableToSetUp, operations.UnableToRun) as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(source)
    shown = {"source": source, "form": form, "step": 4}
    return render(request, "data_sources/step_schedule.html", shown, status=422 if form.errors else 200)


def _offered(source: Source) -> tuple[list[str], str]:
    """What there is to choose from, or why nobody can say."""
    try:
        return operations.try_connection(source=source), ""
    except UnableToSetUp as refusal:
        return [], str(refusal)


def _take_columns(request: MemberRequest, source: Source, sample: Sample) -> HttpResponse:
    mapping = chosen_mapping(request.POST, [column.name for column in sample.columns])
    form = DuplicatesForm(request.POST)
    if form.is_valid():
        try:
            operations.save_mapping(
                source=source, member=request.member, sample=sample, mapping=mapping,
                on_duplicate=form.cleaned_data["on_duplicate"], now=request.now,
            )  # fmt: skip
        except UnableToSetUp as refusal:
            form.add_error(None, str(refusal))
        else:
            again = "check" in request.POST
            return redirect("data_sources:columns" if again else "data_sources:schedule", source.pk)
    shown = _columns_shown(request, source, sample, mapping) | {"form": form}
    return render(request, "data_sources/step_columns.html", shown, status=422)


def _columns_shown(
    request: MemberRequest, source: Source, sample: Sample, mapping: dict[str, str]
) -> dict[str, object]:
    definitions = field_definitions(workspace_id=source.workspace_id, object=object_of(source.subject))
    shown, member, now = readable(sample), request.member, request.now
    return {
        "source": source, "step": 3, "sample": shown,
        "choices": column_choices(shown, mapping, subject=source.subject, definitions=definitions),
        "form": DuplicatesForm(initial={"on_duplicate": source.on_duplicate}),
        "would": operations.dry_run(source=source, sample=sample, mapping=mapping, member=member, now=now),
    }  # fmt: skip
