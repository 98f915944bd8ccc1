"""The first page of the day."""

from django.http import HttpResponse
from django.shortcuts import render

from dangol.desk.queries import day_of
from dangol.workspaces.access import MemberRequest, member_required


@member_required
def show(request: MemberRequest) -> HttpResponse:
    return render(request, "desk/home.html", {"day": day_of(request.member, now=request.now)})
