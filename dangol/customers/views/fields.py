"""The fields of people, companies and own objects, as an administrator defines them."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dangol.customers.definition_forms import FieldForm
from dangol.customers.models import FieldDefinition
from dangol.customers.models.field import PERSON
from dangol.customers.operations import (
    ChoicesInUse,
    UnableToDefineField,
    UnableToTakeBack,
    archive_field,
    change_field,
    define_field,
    move_field,
    restore_field_definition,
    take_exchange_back,
)
from dangol.customers.queries import doubled_values, fields_page, fields_visible, has_fields
from dangol.kit.ids import as_uuid, uuid7
from dangol.workspaces.access import MemberRequest, allowed, member_required
from dangol.workspaces.permissions import may_configure


@member_required
@allowed(may_configure)
def show(request: MemberRequest, object_key: str = PERSON) -> HttpResponse:
    page = fields_page(request.member, object_key)
    if page is None:
        raise Http404
    template = "customers/fields.html#table" if request.htmx else "customers/fields.html"
    exchanged = as_uuid(request.GET.get("exchanged", "")), as_uuid(request.GET.get("field", ""))
    return render(request, template, {"page": page, "exchanged": exchanged if all(exchanged) else None})


@member_required
@allowed(may_configure)
def new(request: MemberRequest, object_key: str) -> HttpResponse:
    if not has_fields(request.member, object_key):
        raise Http404
    asked = {name: request.GET.get(name, "") for name in ("label", "kind", "key", "help_text")}
    form = FieldForm(request.POST or None, member=request.member, initial=asked)
    if request.method == "POST" and form.is_valid():
        try:
            define_field(member=request.member, object=object_key, details=form.details, now=request.now)
        except UnableToDefineField as refusal:
            form.add_error(refusal.field or None, str(refusal))
        else:
            return redirect("fields:definitions", object_key)
    return _form(request, form, object_key)


@member_required
@allowed(may_configure)
def edit(request: MemberRequest, field_id: UUID) -> HttpResponse:
    field = get_object_or_404(fields_visible(request.member), pk=field_id)
    form = FieldForm(request.POST or None, member=request.member, field=field)
    if request.method == "POST" and form.is_valid():
        try:
            batch = uuid7()
            change_field(
                field=field, member=request.member, details=form.details, now=request.now, becomes=form.becomes,
                batch=batch,
            )  # fmt: skip
        except ChoicesInUse as refusal:
            form.ask_what_becomes(refusal.used)
            form.add_error(None, str(refusal))
        except UnableToDefineField as refusal:
            form.add_error(refusal.field or None, str(refusal))
        else:
            exchanged = f"?exchanged={batch}&field={field.pk}" if form.becomes else ""
            return redirect(reverse("fields:definitions", args=[field.object]) + exchanged)
    return _form(request, form, field.object, field)


@member_required
@allowed(may_configure)
@require_POST
def take_back(request: MemberRequest, field_id: UUID, batch: UUID) -> HttpResponse:
    """Give a field its former choices, and the rows what they held."""
    field = get_object_or_404(fields_visible(request.member), pk=field_id)
    try:
        result = take_exchange_back(field=field, batch=batch, member=request.member, now=request.now)
        messages.success(request, _("Taken back. Rows as before: %(count)s") % {"count": result.undone})
    except UnableToTakeBack as refusal:
        messages.error(request, str(refusal))
    return redirect("fields:definitions", field.object)


@member_required
@allowed(may_configure)
@require_POST
def archive(request: MemberRequest, field_id: UUID) -> HttpResponse:
    field = get_object_or_404(fields_visible(request.member), pk=field_id)
    archive_field(field=field, member=request.member, now=request.now)
    return redirect("fields:definitions", field.object)


@member_required
@allowed(may_configure)
@require_POST
def restore(request: MemberRequest, field_id: UUID) -> HttpResponse:
    field = get_object_or_404(fields_visible(request.member), pk=field_id)
    try:
        restore_field_definition(field=field, member=request.member, now=request.now)
    except UnableToDefineField as refusal:
        messages.error(request, str(refusal))
    return redirect("fields:definitions", field.object)


@member_required
@allowed(may_configure)
@require_POST
def move(request: MemberRequest, field_id: UUID, *, steps: int) -> HttpResponse:
    field = get_object_or_404(fields_visible(request.member), pk=field_id)
    move_field(field=field, member=request.member, steps=steps, now=request.now)
    return redirect("fields:definitions", field.object)


def _form(
    request: MemberRequest, form: FieldForm, object_key: str, field: FieldDefinition | None = None
) -> HttpResponse:
    shown = {"form": form, "object_key": object_key, "field": field}
    if field is not None and field.is_unique:
        shown["doubled"] = doubled_values(field)
    template = "customers/field_form.html#form" if request.htmx else "customers/field_form.html"
    return render(request, template, shown, status=422 if form.errors else 200)
