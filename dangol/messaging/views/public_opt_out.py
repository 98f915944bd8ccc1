"""Opting out: one page with one button, one click from the mail program, and the way back."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from dangol.messaging import links
from dangol.messaging.operations import opt_out as take_back
from dangol.messaging.operations import undo_opt_out
from dangol.messaging.queries.public import masked, signing_name
from dangol.messaging.views.public_door import PublicRequest, by_token, evidence_of


@require_http_methods(["GET", "HEAD", "POST"])
@by_token(links.OPT_OUT)
def opt_out(request: PublicRequest) -> HttpResponse:
    """
    Ask on GET, which changes nothing; opt out on POST.

    A mail program posts `List-Unsubscribe=One-Click` (RFC 8058) and wants no page. No login, no cookie, no survey.
    """
    if request.method != "POST":
        return _page(request, "ask")
    everything = request.POST.get("scope") == "everything"
    take_back(message=request.message, everything=everything, at=request.now, evidence=evidence_of(request))
    if request.POST.get("List-Unsubscribe") == "One-Click":
        return HttpResponse(status=200)
    return _page(request, "everything" if everything else "done")


@require_POST
@by_token(links.OPT_OUT)
def undo(request: PublicRequest) -> HttpResponse:
    """Give back what the opt-out by this link ended."""
    restored = undo_opt_out(message=request.message, at=request.now)
    return _page(request, "undone" if restored else "nothing_to_undo")


def _page(request: PublicRequest, step: str) -> HttpResponse:
    message = request.message
    context = {
        "step": step,
        "message": message,
        "token": request.token,
        "workspace": message.workspace,
        "house": signing_name(message),
        "address": masked(message.address),
        "urls": links.public_urls(message),
    }
    return render(request, "messaging/public_opt_out.html", context)
