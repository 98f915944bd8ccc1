"""Records of own objects, the files in fields, and the names that links suggest."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from dangol.customers.definition_forms import RecordForm
from dangol.customers.models import CustomObject, CustomRecord
from dangol.customers.operations import UnableToSaveRecord, change_record, create_record, delete_record
from dangol.customers.permissions import may_change_records
from dangol.customers.queries import (
    field_suggestions,
    fields_visible,
    file_content,
    file_visible,
    live_objects,
    record_page,
    records_visible,
)
from dangol.workspaces.access import MemberRequest, allowed, member_required


@member_required
def show_objects(request: MemberRequest) -> HttpResponse:
    return render(request, "customers/record_objects.html", {"objects": live_objects(request.member)})


@member_required
def show(request: MemberRequest, record_id: UUID) -> HttpResponse:
    record = get_object_or_404(records_visible(request.member), pk=record_id)
    shown = {"page": record_page(record, request.member), "may_change": may_change_records(request.member)}
    return render(request, "customers/record_detail.html", shown)


@member_required
@allowed(may_change_records)
def new(request: MemberRequest, object_key: str) -> HttpResponse:
    own = get_object_or_404(live_objects(request.member), key=object_key)
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = RecordForm(*sent, member=request.member, custom_object=own, initial={"people": request.GET.get("for", "")})
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(
                create_record(custom_object=own, member=request.member, details=form.details, now=request.now)
            )
        except UnableToSaveRecord as refusal:
            form.add_error(refusal.field, str(refusal))
    return _form(request, form, own)


@member_required
@allowed(may_change_records)
def edit(request: MemberRequest, record_id: UUID) -> HttpResponse:
    record = get_object_or_404(records_visible(request.member), pk=record_id)
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = RecordForm(*sent, member=request.member, custom_object=record.object, record=record)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(change_record(record=record, member=request.member, details=form.details, now=request.now))
        except UnableToSaveRecord as refusal:
            form.add_error(refusal.field, str(refusal))
    return _form(request, form, record.object, record)


@member_required
@allowed(may_change_records)
@require_POST
def delete(request: MemberRequest, record_id: UUID) -> HttpResponse:
    record = get_object_or_404(records_visible(request.member), pk=record_id)
    delete_record(record=record, member=request.member, now=request.now)
    return redirect(record.object)


@member_required
def download(request: MemberRequest, file_id: UUID) -> HttpResponse:
    """A file of a row that the member may see, never shown in the browser."""
    file = file_visible(request.member, file_id)
    if file is None:
        raise Http404
    answer = HttpResponse(file_content(file), content_type=file.content_type)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=file.name)
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@member_required
def suggest(request: MemberRequest, field_id: UUID) -> HttpResponse:
    """The names that fit what is typed into the input of a link, whatever it is called, as options of its list."""
    field = get_object_or_404(fields_visible(request.member), pk=field_id)
    typed = next(iter(request.GET.values()), "")
    shown = {"names": field_suggestions(request.member, field, str(typed))}
    return render(request, "customers/suggestions.html", shown)


def _form(
    request: MemberRequest, form: RecordForm, own: CustomObject, record: CustomRecord | None = None
) -> HttpResponse:
    shown = {"form": form, "object": own, "record": record}
    return render(request, "customers/record_form.html", shown, status=422 if form.errors else 200)
