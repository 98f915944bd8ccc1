"""The catalogue of events: what there is, what it carries, and what is to be done with it."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dangol.kit.pagination import keyset_page
from dangol.tracking import operations, queries
from dangol.tracking.catalogue_rows import EventPage, event_rows, warning_rows
from dangol.tracking.enums import EventRule, PropertyRule
from dangol.tracking.forms import DescriptionForm, EventRuleForm, PropertyRuleForm
from dangol.tracking.models import EventDefinition
from dangol.tracking.permissions import may_describe_events, may_explore
from dangol.workspaces.access import MemberRequest, allowed, member_required
from dangol.workspaces.permissions import may_configure

WARNINGS_SHOWN = 20


@member_required
def show(request: MemberRequest) -> HttpResponse:
    """List the events by name, with what is odd about them."""
    text = request.GET.get("q", "").replace("\x00", "").strip()
    page = keyset_page(queries.events_known(request.member, text), order=("name", "id"), after=request.GET.get("after"))
    zone = ZoneInfo(request.member.workspace.time_zone)
    context = _rights(request) | {"page": page, "text": text}
    context["rows"] = event_rows(page.items, zone=zone, now=request.now)
    context["warnings"] = warning_rows(queries.open_warnings(request.member)[:WARNINGS_SHOWN])
    return render(request, "tracking/catalogue.html", context)


@member_required
def detail(request: MemberRequest, event_id: UUID) -> HttpResponse:
    event = get_object_or_404(queries.events_known(request.member), pk=event_id)
    told = {"label_ko": event.label_ko, "label_en": event.label_en, "description": event.description}
    return _shown(request, event, DescriptionForm(initial=told))


@require_POST
@member_required
@allowed(may_describe_events)
def describe(request: MemberRequest, event_id: UUID) -> HttpResponse:
    event = get_object_or_404(queries.events_known(request.member), pk=event_id)
    form = DescriptionForm(request.POST)
    if form.is_valid():
        operations.describe_event(event=event, **form.cleaned_data)
        messages.success(request, _("The description is saved."))
        return redirect(event)
    return _shown(request, event, form)


@require_POST
@member_required
@allowed(may_configure)
def rule(request: MemberRequest, event_id: UUID) -> HttpResponse:
    event = get_object_or_404(queries.events_known(request.member), pk=event_id)
    form = EventRuleForm(request.POST)
    if form.is_valid():
        operations.rule_event(event=event, member=request.member, now=request.now, **form.cleaned_data)
        messages.success(request, _("The rule holds for what comes from now on. What is stored stays as it is."))
    return redirect(event)


@require_POST
@member_required
@allowed(may_configure)
def rule_property(request: MemberRequest, event_id: UUID, property_id: UUID) -> HttpResponse:
    event = get_object_or_404(queries.events_known(request.member), pk=event_id)
    definition = get_object_or_404(queries.properties_of(event), pk=property_id)
    form = PropertyRuleForm(request.POST)
    if form.is_valid():
        operations.rule_property(definition=definition, member=request.member, now=request.now, **form.cleaned_data)
        messages.success(request, _("The rule holds for what comes from now on. What is stored stays as it is."))
    return redirect(event)


@require_POST
@member_required
@allowed(may_describe_events)
def close_warning(request: MemberRequest, warning_id: UUID) -> HttpResponse:
    """Take a warning as understood."""
    warning = get_object_or_404(queries.open_warnings(request.member), pk=warning_id)
    operations.close_warning(warning=warning, member=request.member, now=request.now)
    return redirect(warning.event if request.POST.get("back") == "event" else "tracking:catalogue")


def _shown(request: MemberRequest, event: EventDefinition, form: DescriptionForm) -> HttpResponse:
    context = _rights(request) | {"page": EventPage(event, request.member, request.now), "event": event, "form": form}
    context |= {"event_rules": EventRule.choices, "property_rules": PropertyRule.choices}
    return render(request, "tracking/event.html", context)


def _rights(request: MemberRequest) -> dict[str, object]:
    return {
        "may_configure": may_configure(request.member),
        "may_describe": may_describe_events(request.member),
        "may_explore": may_explore(request.member),
    }
