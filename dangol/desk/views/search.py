"""⌘K."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dangol.desk.queries import choices_for
from dangol.workspaces.access import MemberRequest, member_required

REMEMBERED = 8


@member_required
def find(request: MemberRequest) -> HttpResponse:
    """Answer the palette with its options; as a page of its own when somebody opens the address."""
    question = request.GET.get("q", "").strip()[:100]
    groups = choices_for(request.member, question, recently_opened(request))
    template = "desk/search.html#choices" if request.htmx else "desk/search.html"
    return render(request, template, {"question": question, "groups": groups})


def recently_opened(request: HttpRequest) -> list[UUID]:
    """Return the people whom the browser remembers, as far as they can be read."""
    remembered = request.GET.get("recent", "").split(",")[:REMEMBERED]
    return [UUID(one) for one in remembered if len(one) == len(str(UUID(int=0))) and is_hexadecimal(one)]


def is_hexadecimal(text: str) -> bool:
    """Whether a text can be an id."""
    return all(letter in "0123456789abcdef-" for letter in text) and text.count("-") == 4  # noqa: PLR2004 - of an id
