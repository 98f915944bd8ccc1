"""What was acknowledged but could not be used, and why."""

from django.http import HttpResponse
from django.shortcuts import render

from dangol.kit.pagination import keyset_page
from dangol.tracking import queries
from dangol.tracking.tables import letter_rows
from dangol.workspaces.access import MemberRequest, allowed, member_required
from dangol.workspaces.permissions import may_configure


@member_required
@allowed(may_configure)
def show(request: MemberRequest) -> HttpResponse:
    """List dead letters, newest first, with reason and text. Administrators only: the texts are personal."""
    letters = queries.dead_letters(request.member)
    page = keyset_page(letters, order=("-received_at", "-id"), after=request.GET.get("after"), size=25)
    return render(
        request, "tracking/dead_letters.html", {"page": page, "rows": letter_rows(page), "may_configure": True}
    )
