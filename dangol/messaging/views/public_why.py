"""Why somebody was written to, from the decision that was stored when it happened."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from dangol.messaging import links
from dangol.messaging.operations import mute_reason
from dangol.messaging.origins import reason_of
from dangol.messaging.queries.mutes import is_muted
from dangol.messaging.queries.public import cap_state, consent_then, masked, signing_name
from dangol.messaging.views.public_door import PublicRequest, by_token


@require_safe
@by_token(links.WHY)
def why(request: PublicRequest) -> HttpResponse:
    """Tell it in plain words, without anything that a stranger should not read."""
    return _page(request)


@require_POST
@by_token(links.WHY)
def mute(request: PublicRequest) -> HttpResponse:
    """Stop writing to this person for this reason."""
    mute_reason(message=request.message, at=request.now)
    return _page(request)


def _page(request: PublicRequest) -> HttpResponse:
    message = request.message
    origin = {"workspace_id": message.workspace_id, "origin_id": message.origin_id}
    context = {
        "message": message,
        "token": request.token,
        "workspace": message.workspace,
        "house": signing_name(message),
        "address": masked(message.address),
        "reason": reason_of(**origin, language=get_language() or "en"),
        "consent": consent_then(message),
        "cap": cap_state(message),
        "is_muted": is_muted(message),
        "urls": links.public_urls(message),
    }
    return render(request, "messaging/public_why.html", context)
