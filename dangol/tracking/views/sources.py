"""Who may send events: make a source, show its key once, take it back."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dangol.kit.pagination import keyset_page
from dangol.tracking import queries
from dangol.tracking.enums import SourceKind
from dangol.tracking.forms import SourceForm, TimeRulesForm
from dangol.tracking.operations import UnableToCreateSource, create_source, revoke_source, set_time_rules
from dangol.tracking.tables import time_sentences
from dangol.workspaces.access import MemberRequest, allowed, member_required
from dangol.workspaces.permissions import may_configure


@member_required
def show(request: MemberRequest) -> HttpResponse:
    """List the sources."""
    page = keyset_page(queries.sources_of(request.member), after=request.GET.get("after"))
    context = {"page": page, "may_configure": may_configure(request.member)}
    context["time_sentences"] = time_sentences(queries.time_rules(request.member))
    return render(request, "tracking/sources.html", context)


@member_required
@allowed(may_configure)
def times(request: MemberRequest) -> HttpResponse:
    """Choose how late and how far ahead of its arrival an event may be."""
    rules = queries.time_rules(request.member)
    initial = {"hours_ahead": rules.hours_ahead, "days_late": rules.days_late}
    form = TimeRulesForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        set_time_rules(member=request.member, now=request.now, **form.cleaned_data)
        messages.success(request, _("The rule holds for what comes from now on. What is stored stays as it is."))
        return redirect("tracking:sources")
    return render(request, "tracking/times.html", {"form": form, "sentences": time_sentences(rules)})


@member_required
@allowed(may_configure)
def create(request: MemberRequest) -> HttpResponse:
    """Make a source; its key is in the answer and nowhere else."""
    form = SourceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            source, key = create_source(member=request.member, now=request.now, **form.cleaned_data)
        except UnableToCreateSource as refusal:
            form.add_error("name", str(refusal))
        else:
            if not source.has_key:
                return redirect(source.page, source.pk)
            context = {"source": source, "key": key, "url": settings.PUBLIC_URL}
            return render(request, "tracking/source_created.html", context)
    return render(request, "tracking/source_new.html", {"form": form})


@member_required
@allowed(may_configure)
def install(request: MemberRequest, source_id: UUID) -> HttpResponse:
    """Show how a site or a program sends to the source, and whether it does already; the page asks again by itself."""
    source = get_object_or_404(queries.sources_of(request.member), pk=source_id, kind=SourceKind.API)
    context = {"source": source, "key": f"{source.key_hint}…", "url": settings.PUBLIC_URL}
    page = "_first_event.html" if request.htmx and not request.htmx.boosted else "source_install.html"
    return render(request, f"tracking/{page}", context)


@member_required
@allowed(may_configure)
@require_POST
def revoke(request: MemberRequest, source_id: UUID) -> HttpResponse:
    """Refuse the source's key from now on."""
    source = get_object_or_404(queries.sources_of(request.member), pk=source_id)
    revoke_source(source=source, member=request.member, now=request.now)
    messages.success(request, _("The key is revoked. Requests with it are refused within seconds."))
    return redirect("tracking:sources")
