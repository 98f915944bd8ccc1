"""The documentation of the API for people; programs read /api/v1/openapi.json."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dangol.api.documentation import Documentation
from dangol.api.limits import PER_MINUTE


def show(request: HttpRequest) -> HttpResponse:
    """Say what can be asked. It tells nothing of any workspace, so everybody may read it."""
    shown = {"documentation": Documentation(), "url": settings.PUBLIC_URL, "most": PER_MINUTE}
    return render(request, "api/docs.html", shown)
