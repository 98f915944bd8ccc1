"""What a person wants to hear, where, and in which language."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from dangol.messaging import links
from dangol.messaging.operations import choose, say_too_much
from dangol.messaging.queries.public import masked, signing_name, switches
from dangol.messaging.views.public_door import PublicRequest, by_token


@require_http_methods(["GET", "HEAD", "POST"])
@by_token(links.PREFERENCES)
def preferences(request: PublicRequest) -> HttpResponse:
    """Show the switches; on POST, put them where the person wants them."""
    if request.method != "POST":
        return preferences_page(request)
    wanted = {(s.purpose.value, s.channel.value): s.name in request.POST for s in switches(request.message)}
    choose(message=request.message, choices=wanted, at=request.now)
    return preferences_page(request, done="saved")


@require_POST
@by_token(links.PREFERENCES)
def too_much(request: PublicRequest) -> HttpResponse:
    """Hear that it is too much."""
    say_too_much(message=request.message, at=request.now)
    return preferences_page(request, done="too_much")


def preferences_page(request: PublicRequest, done: str = "") -> HttpResponse:
    """Return the page, with what was just done."""
    message = request.message
    context = {
        "done": done,
        "message": message,
        "token": request.token,
        "workspace": message.workspace,
        "house": signing_name(message),
        "address": masked(message.address),
        "switches": switches(message),
        "urls": links.public_urls(message),
    }
    return render(request, "messaging/public_preferences.html", context)
