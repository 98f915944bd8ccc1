"""⌘K."""

from django.http import HttpResponse
from django.shortcuts import render

from dangol.desk.queries import choices_for
from dangol.workspaces.access import MemberRequest, member_required


@member_required
def find(request: MemberRequest) -> HttpResponse:
    """Answer the palette with its options; as a page of its own when somebody opens the address."""
    question = request.GET.get("q", "").strip()[:100]
    shown = {"question": question, "groups": choices_for(request.member, question)}
    return render(request, "desk/search.html#choices" if request.htmx else "desk/search.html", shown)
