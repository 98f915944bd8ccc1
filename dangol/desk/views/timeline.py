"""The timeline of one person, narrowed down."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from dangol.desk.forms import TimelineForm
from dangol.desk.queries.person_page import person_seen
from dangol.desk.queries.timeline import TimelineFilter, event_names_of, timeline
from dangol.tracking.queries import event_names
from dangol.workspaces.access import MemberRequest, member_required


@member_required
def show(request: MemberRequest, person_id: UUID) -> HttpResponse:
    person = person_seen(request.member, person_id)
    if person is None:
        raise Http404
    form = TimelineForm(request.GET)
    wanted = TimelineFilter(**form.cleaned_data) if form.is_valid() else TimelineFilter()
    page = timeline(
        person,
        wanted,
        zone=ZoneInfo(request.member.workspace.time_zone),
        language=(get_language() or "en").split("-")[0],
        now=request.now,
        after=request.GET.get("after"),
    )
    context = {"person": person, "page": page, "form": form, "names": event_names_of(person)}
    context |= {"event_names": event_names()}
    return render(request, "desk/person_timeline.html", context | {"is_narrowed": wanted != TimelineFilter()})
