"""What arrives right now."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from dangol.tracking import queries
from dangol.tracking.forms import StreamForm
from dangol.tracking.queries import StreamFilter
from dangol.tracking.tables import event_json
from dangol.workspaces.access import MemberRequest, member_required


@member_required
def show(request: MemberRequest) -> HttpResponse:
    """Show the latest events; the page asks again by itself until it is paused."""
    form = StreamForm(request.GET)
    told = form.cleaned_data if form.is_valid() else {}
    wanted = StreamFilter(told.get("name", ""), told.get("source"), told.get("person", ""))
    part = "#stream" if request.htmx and not request.htmx.boosted else ""
    context = {"events": list(queries.latest_events(request.member, wanted)), "wanted": wanted}
    context |= {"event_names": queries.event_names()}
    context |= {"behind_since": queries.behind_since(request.member, request.now)}
    context |= {"is_paused": "paused" in request.GET, "is_narrowed": wanted != StreamFilter()}
    if not part:
        context |= {"known": queries.events_known(request.member).order_by("name")}
        context |= {"sources": queries.sources_of(request.member)}
    return render(request, f"tracking/events.html{part}", context)


@member_required
def detail(request: MemberRequest, event_id: UUID) -> HttpResponse:
    """Show everything that one event says."""
    event = get_object_or_404(queries.events_visible(request.member), pk=event_id)
    source = queries.sources_of(request.member).filter(pk=event.source_id).first()
    context = {"event": event, "source": source, "text": event_json(event), "event_names": queries.event_names()}
    return render(request, "tracking/event_seen.html", context)
