"""All campaigns, newest first."""

from django.http import HttpResponse
from django.shortcuts import render

from dangol.kit.pagination import keyset_page
from dangol.marketing import queries
from dangol.workspaces.access import MemberRequest, member_required
from dangol.workspaces.permissions import may_send


@member_required
def show(request: MemberRequest) -> HttpResponse:
    page = keyset_page(
        queries.campaigns_visible_to(request.member),
        order=("-created_at", "-id"),
        after=request.GET.get("after"),
    )
    return render(request, "marketing/campaign_list.html", {"page": page, "may_send": may_send(request.member)})
