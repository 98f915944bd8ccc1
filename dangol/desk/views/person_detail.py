"""The page of one person: the story so far, then everything behind it."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language

from dangol.customers.models import Person
from dangol.customers.queries import keeper_of
from dangol.desk.queries.person_page import PersonPage, person_seen
from dangol.workspaces.access import MemberRequest, member_required


@member_required
def show(request: MemberRequest, person_id: UUID) -> HttpResponse:
    person = person_seen(request.member, person_id)
    if person is None:
        return redirect(_kept(request, person_id))
    language = (get_language() or "en").split("-")[0]
    page = PersonPage(person, request.member, language, request.now, request.GET.get("after"))
    wanted = "desk/person/timeline.html" if request.htmx and page.after else "desk/person_detail.html"
    return render(request, wanted, {"page": page, "person": person})


def _kept(request: MemberRequest, person_id: UUID) -> Person:
    """Return the person into whom this one was merged: an old address leads there."""
    keeper = keeper_of(request.member, person_id)
    if keeper is None:
        raise Http404
    return keeper
