"""All sources at a glance, one source, and what can be done with it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dangol.customers.queries import import_targets
from dangol.integrations.data_sources import operations
from dangol.integrations.data_sources.enums import Kind
from dangol.integrations.data_sources.forms import NewSourceForm
from dangol.integrations.data_sources.queries import recent_runs, source_views, sources_of
from dangol.kit.errors import OperationError
from dangol.workspaces.access import MemberRequest, allowed, member_required, proof_required
from dangol.workspaces.permissions import may_configure


@member_required
@allowed(may_configure)
def index(request: MemberRequest) -> HttpResponse:
    views = source_views(list(sources_of(request.member)), now=request.now)
    return render(request, "data_sources/sources.html", {"views": views})


@member_required
@allowed(may_configure)
def new(request: MemberRequest) -> HttpResponse:
    subjects = import_targets(workspace_id=request.member.workspace_id)
    form = NewSourceForm(request.POST or None, subjects=subjects, initial={"kind": Kind.SQL, "subject": "people"})
    if form.is_valid():
        told = form.cleaned_data | {"kind": Kind(form.cleaned_data["kind"])}
        try:
            source = operations.create_source(member=request.member, **told, now=request.now)
        except operations.UnableToSetUp as refusal:
            form.add_error("name", str(refusal))
        else:
            return redirect("data_sources:place", source.pk)
    return render(request, "data_sources/new.html", {"form": form}, status=422 if form.errors else 200)


@member_required
@allowed(may_configure)
def show(request: MemberRequest, source_id: UUID) -> HttpResponse:
    source = get_object_or_404(sources_of(request.member), pk=source_id)
    (view,) = source_views([source], now=request.now)
    shown = {"source": source, "view": view, "runs": recent_runs(source)}
    template = "data_sources/source.html#state" if request.htmx else "data_sources/source.html"
    return render(request, template, shown)


@member_required
@allowed(may_configure)
@require_POST
def run(request: MemberRequest, source_id: UUID) -> HttpResponse:
    source = get_object_or_404(sources_of(request.member), pk=source_id)
    try:
        operations.run_now(source=source, member=request.member, now=request.now)
    except OperationError as refusal:
        messages.error(request, str(refusal))
    return redirect(source)


@member_required
@allowed(may_configure)
@require_POST
def activity(request: MemberRequest, source_id: UUID) -> HttpResponse:
    """Pause (`active` is empty) or go on."""
    source = get_object_or_404(sources_of(request.member), pk=source_id)
    try:
        operations.set_active(
            source=source, member=request.member, is_active=bool(request.POST.get("active")), now=request.now
        )
    except OperationError as refusal:
        messages.error(request, str(refusal))
    return redirect(source)


@member_required
@allowed(may_configure)
@require_POST
def forget_key(request: MemberRequest, source_id: UUID) -> HttpResponse:
    source = get_object_or_404(sources_of(request.member), pk=source_id)
    operations.forget_host_key(source=source, member=request.member, now=request.now)
    messages.success(request, _("The key is forgotten. Try the connection to keep the new one."))
    return redirect("data_sources:place", source_id)


@member_required
@allowed(may_configure)
@proof_required
@require_POST
def delete(request: MemberRequest, source_id: UUID) -> HttpResponse:
    source = get_object_or_404(sources_of(request.member), pk=source_id)
    operations.delete_source(source=source, member=request.member, now=request.now)
    messages.success(request, _("The source is deleted. Whom it brought stays."))
    return redirect("data_sources:sources")
