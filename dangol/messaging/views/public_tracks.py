"""Opens and clicks."""

from urllib.parse import urlsplit

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from dangol.messaging import links
from dangol.messaging.operations import record_click, record_open
from dangol.messaging.views.public_door import PublicRequest, by_token, evidence_of

PIXEL = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")
"""A transparent GIF of one pixel."""


@require_safe
@by_token(links.OPEN)
def open_pixel(request: PublicRequest) -> HttpResponse:
    """Answer with the pixel, and note that it was asked for."""
    record_open(message=request.message, at=request.now, evidence=evidence_of(request))
    return HttpResponse(PIXEL, content_type="image/gif")


@require_safe
@by_token(links.CLICK, bound_to="u")
def follow(request: PublicRequest) -> HttpResponse:
    """Note the click and lead on to the address that the token seals."""
    destination = request.GET["u"]
    if urlsplit(destination).scheme.lower() not in {"http", "https"}:
        raise Http404
    evidence = evidence_of(request) | {"link": int.from_bytes(request.extra), "url": destination}
    record_click(message=request.message, at=request.now, evidence=evidence)
    return HttpResponseRedirect(destination)


@require_safe
@by_token(links.HONEYPOT)
def honeypot(request: PublicRequest) -> HttpResponse:
    """Note that a link was followed which no human sees."""
    record_click(message=request.message, at=request.now, evidence=evidence_of(request) | {"hidden": True})
    return HttpResponse(status=204)
