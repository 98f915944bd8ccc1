"""Objects of the workspace's own, as an administrator defines them."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from dangol.customers.definition_forms import ObjectForm
from dangol.customers.operations import UnableToDefineField, archive_object, change_object, define_object
from dangol.customers.queries import custom_objects
from dangol.workspaces.access import MemberRequest, allowed, member_required
from dangol.workspaces.permissions import may_configure


@member_required
@allowed(may_configure)
def show(request: MemberRequest) -> HttpResponse:
    return render(request, "customers/objects.html", {"objects": custom_objects(request.member)})


@member_required
@allowed(may_configure)
def new(request: MemberRequest) -> HttpResponse:
    form = ObjectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = define_object(member=request.member, details=form.details, now=request.now)
        except UnableToDefineField as refusal:
            form.add_error(refusal.field or None, str(refusal))
        else:
            return redirect("fields:definitions", made.key)
    return render(request, "customers/object_form.html", {"form": form}, status=422 if form.errors else 200)


@member_required
@allowed(may_configure)
def edit(request: MemberRequest, object_id: UUID) -> HttpResponse:
    custom_object = get_object_or_404(custom_objects(request.member), pk=object_id)
    form = ObjectForm(request.POST or None, custom_object=custom_object)
    if request.method == "POST" and form.is_valid():
        try:
            change_object(custom_object=custom_object, member=request.member, details=form.details, now=request.now)
        except UnableToDefineField as refusal:
            form.add_error(refusal.field or None, str(refusal))
        else:
            return redirect("fields:objects")
    shown = {"form": form, "custom_object": custom_object}
    return render(request, "customers/object_form.html", shown, status=422 if form.errors else 200)


@member_required
@allowed(may_configure)
@require_POST
def archive(request: MemberRequest, object_id: UUID, *, archived: bool) -> HttpResponse:
    """Take an object out of use, or bring it back."""
    custom_object = get_object_or_404(custom_objects(request.member), pk=object_id)
    try:
        archive_object(custom_object=custom_object, member=request.member, now=request.now, archived=archived)
    except UnableToDefineField as refusal:
        messages.error(request, str(refusal))
    return redirect("fields:objects")
